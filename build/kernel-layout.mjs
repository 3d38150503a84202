// Writes shared/runtime/cpu/assembly/layout.ts: where things lie in the memory that the kernels and the engine share, and
// the numbers that stand for operations. Both sides import it, so it is TypeScript and AssemblyScript at once: plain
// constants. Here words are only named; each is laid behind the one before, so no two overlap, and choices are counted.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

export const layoutFile = 'shared/runtime/cpu/assembly/layout.ts';

/** What all threads poll lies on a cache line of its own. */
const LINE = 64;
/** Each thread begins with a range of a phase's units that is its own; there are no more ranges than this. */
const RANGES = 8;
/** Below lies what the compiler of the kernels may want for itself. */
const CONTROL = 1024;

/**
 * `line` is a word with a cache line of its own, `range` the counters of one range, `map` the record M. Words behind a
 * `line` share its cache line until the next one begins.
 */
const types = {
  i32: { bytes: 4, align: 4 },
  ptr: { bytes: 4, align: 4 },
  f32: { bytes: 4, align: 4 },
  f64: { bytes: 8, align: 8 },
  line: { bytes: 4, align: LINE },
  range: { bytes: LINE, align: LINE },
  map: { bytes: 0, align: 16 },
};

/** A line per word: its name, its type, and what it is where the name does not say. */
const map = record(
  'M',
  `
  POINTER         ptr
  IMAGE           i32
  BLOCK           i32
  ROW             i32
  BLOCKS          i32
  CHANNELS        i32
  HEIGHT          i32
  WIDTH           i32
  TOP             i32
  LEFT            i32
  BOTTOM          i32
  RIGHT           i32
`,
);
types.map.bytes = map.end;

const control = record(
  'CONTROL',
  `
  GENERATION      line     Phases that ended: what threads poll, and sleep on, that wait for one to end.
  STOP            line     0 go on, otherwise leave as soon as possible.
  STEP            line     Where a run starts, or goes on after a pause.
  PHASE           i32
  END             i32      The step before which a run ends.
  BEGAN           f64      When the run began, in milliseconds.
  DONE            line     Steps done, for whoever watches.
  ARRIVED         line     Threads that began with this run: what one sleeps on that makes room for another.
`,
);

const stepHead = record(
  'S',
  `
  OP              i32
  PHASES          i32
  UNITS           i32[2]   Units of work in each phase.
  CLEARS          i32      1 when the output's halo is to be cleared, which is done along with the first phase.
  BATCH           i32
  IN              map
  OUT             map
  OTHER           map      A second input: the residual of a convolution, the other operand of a sum. Its pointer is 0 when there is none.
`,
);

/** What operations of many kinds share: an operation's own words follow. */
const finish = record(
  'A',
  `
  WEIGHTS         ptr
  BIAS            ptr
  LOW             f32
  HIGH            f32
  ACTIVATION      i32
  ALPHA           f32      Parameters of the activation.
  BETA            f32
  SCRATCH         ptr      Scratch of the first thread, and the distance to the next thread's.
  SCRATCH_STRIDE  i32
  OUT_BLOCKS      i32      Output blocks of 8 channels that exist; the last panel may hold more.
  ROWS            i32      The output as rows: a map without halo counts as one row per image.
  COLUMNS         i32
`,
  stepHead.end,
);
const rows = record(
  'R',
  `
  ROWS_PER_UNIT   i32
  UNITS_PER_BLOCK i32
`,
  finish.end,
);

/** Each operation has the same place for what is its own, since a step does one of them. */
const operations = [
  [
    'OP_CONVOLUTION.',
    'C',
    `
  MODE            i32
  OFFSETS         ptr      Offsets of the blocks of 8 values that one output pixel reads, from where its window starts.
  DEPTH_BLOCKS    i32
  STEP_X          i32
  STEP_Y          i32
  PIXELS          i32
  PIXEL_BLOCK     i32
  BANDS           ptr      Triples of input offset, first panel, panels.
  BAND_COUNT      i32
  GATHERED        ptr      Shared mode: where all threads gather to, and pixels per unit of that.
  GATHER_PIXELS   i32
  WIDTH           i32      Width of the output map, for splitting a pixel's number into row and column.
  HEIGHT          i32
  START           ptr      Where the window of the first output pixel starts.
  PAIRS           i32      Half of the panels, for Strassen's algorithm, whose bands are of pairs of panels; 0 for the usual product.
  HALVES          i32      1 where weights are bfloat16: pairs of vectors of 4 in the halves of words, as pack.ts puts them.
  QUADS           i32      1 where both halves of a panel read 4 channels of their own.
  PREPARE         ptr      Factors and offsets of each input block, where pixels are changed as they are read; else 0.
  PREPARE_LOW     f32      What they are then clipped to.
  PREPARE_HIGH    f32
`,
  ],
  [
    'OP_WINOGRAD and OP_LINE.',
    'W',
    `
  TILES_X         i32
  TILES_Y         i32
  BLOCKS          ptr      Units of work: [first tile, tiles]; one of all when shared.
  STRIDE          i32      Input rows and columns from one value that a tile reads to the next.
  PASSES          ptr      [first panel, panels] that are multiplied and finished in one go; units of work when shared.
  PASS_COUNT      i32
  INPUT_STRIDE    i32      Bytes from one frequency to the next, of transformed inputs and products.
  PRODUCT_STRIDE  i32
  PRODUCTS        i32      Where the products start in each thread's scratch.
  SHARED          i32      1 when all threads share one block of tiles: all transform the input, then each takes output channels of its own.
  INPUTS          ptr      Shared: where the transformed inputs are, and channel blocks per unit of transforming them.
  BLOCKS_PER_UNIT i32
  START           ptr
  SIDE            i32      Outputs along the side of a tile: from 5 for 2×2 filters to 2 for 5×5. All read 6×6 inputs at the same points.
  DOWN            i32      OP_LINE: 1 where tiles are parts of columns, 0 of rows; and what line-transform.ts says of them.
  TABLE           ptr
`,
  ],
  [
    'OP_DEPTHWISE and the pools: the window.',
    'P',
    `
  KERNEL_Y        i32
  KERNEL_X        i32
  STRIDE_Y        i32
  STRIDE_X        i32
  DILATION_Y      i32
  DILATION_X      i32
  TOP             i32
  LEFT            i32
  PADDED_HEIGHT   i32      Extents of the padded input, for averages that count the padding.
  PADDED_WIDTH    i32
  KIND            i32
  PARTIALS        ptr      Global pools: where each unit leaves what it found, 64 bytes each, and how many planes a unit brings together.
  PLANES          i32
`,
  ],
  [
    'OP_BINARY.',
    'B',
    `
  KIND            i32
  TURNED          i32      1 when the other operand comes first.
  ONE_IMAGE       i32      1 each when the other operand is the same for all images, all channels, all pixels.
  ONE_CHANNEL     i32
  ONE_PIXEL       i32
`,
  ],
  [
    'OP_LRN.',
    'L',
    `
  SIZE            i32
  ALPHA           f32
  BETA            f32
  BIAS            f32
  BEFORE          i32      Channels before the middle of the window.
`,
  ],
  [
    'OP_SOFTMAX.',
    'X',
    `
  AXIS            i32      Channels (0), rows (1) or columns (2).
  LOG             i32      1 for the logarithm of it.
  NONE            i32      1 for zeros where every number is −∞; along rows or columns.
`,
  ],
  [
    'OP_IMPORT and OP_EXPORT: a dense row-major array beside the map.',
    'D',
    `
  POINTER         ptr
  INTERLEAVED     i32      IMPORT: 1 makes [rows][columns][channels] of it, which the first layer reads; 0 the usual blocks of 8.
  STRIDE          i32      OP_PHASES: every so many rows and columns of the input make a phase, which begin so far above and left of it.
  TOP             i32
  LEFT            i32
`,
  ],
  [
    'OP_COPY: into a larger or other map, at a place.',
    'Y',
    `
  CHANNEL         i32
  TOP             i32
  LEFT            i32
  VALUE           f32      What surrounds it: a constant, or a mode.
  MODE            i32
`,
  ],
  [
    'OP_REARRANGE: between dense arrays.',
    'G',
    `
  FROM            ptr
  TO              ptr
  RANK            i32
  AXES            ptr      Triples of extent, input stride, output stride.
  ROWS            i32      Runs along the last axis, in all and per unit.
  ROWS_PER_UNIT   i32
`,
  ],
  [
    'OP_LAYER_NORM: units are some pixels of a row.',
    'N',
    `
  EPSILON         f32
  PIXELS_PER_UNIT i32
  CENTRED         i32      1 when the mean is taken away first.
`,
  ],
  [
    'OP_MOVE: from map to map. Bytes from the first element that is read and written, in pairs, by image and by pixel.',
    'V',
    `
  FROM            ptr
  TO              ptr
  IMAGES          ptr
  PIXELS          ptr
  PIXEL_COUNT     i32
  RUNS            ptr      The same by channels that move together, with their number (1, 2, 4 or 8) as a third, and V_ZEROS more for zeros.
  RUN_COUNT       i32
  PIXELS_PER_UNIT i32
`,
  ],
  [
    'OP_ATTENTION: units are some queries of a head. Tables of bytes from the first element, by stack and by token; bytes from head to head.',
    'T',
    `
  QUERIES         i32
  KEYS            i32
  PADDED          i32      Keys in whole panels.
  HEADS           i32
  KEY_HEADS       i32      Of keys and values.
  FEATURES        i32
  VALUE_FEATURES  i32
  PER_UNIT        i32      Queries of a unit, and of a block of scores.
  PER_BLOCK       i32
  FACTOR          f32
  QUERY_STACKS    ptr
  QUERY_TOKENS    ptr
  QUERY_HEAD      i32
  KEY_STACKS      ptr
  KEY_TOKENS      ptr
  KEY_HEAD        i32
  VALUE_STACKS    ptr
  VALUE_TOKENS    ptr
  VALUE_HEAD      i32
  VALUE_POINTER   ptr
  VALUE_BLOCK     i32
  RESULT_STACKS   ptr
  RESULT_TOKENS   ptr
  MASKS           ptr      For each mask: bytes from one block of its keys to the next, then where it begins for each head of each stack.
  MASK_COUNT      i32
  STACK_HEADS     i32      Heads of all stacks.
`,
  ],
  [
    'OP_RUNS: something about each run of contiguous elements of a dense array.',
    'U',
    `
  FROM            ptr
  TO              ptr
  RUNS            i32
  LENGTH          i32
  KIND            i32
  EPSILON         f32
  RUNS_PER_UNIT   i32
`,
  ],
  [
    'OP_MATRIX_PRODUCT: [stack][M][K] by [stack][K][N], dense.',
    'Q',
    `
  LEFT            ptr
  RIGHT           ptr
  TO              ptr
  M               i32
  K               i32
  N               i32
  ROWS            i32
  ROWS_PER_UNIT   i32
`,
  ],
  [
    'OP_RESIZE: per output row and column, `taps` pairs of input position and weight.',
    'Z',
    `
  TAPS            i32
  ROW_TAPS        ptr
  COLUMN_TAPS     ptr
`,
  ],
  [
    'OP_FILL: zeros into a dense array.',
    'F',
    `
  TO              ptr
  BYTES           i32
  BYTES_PER_UNIT  i32
`,
  ],
].map(([title, prefix, text]) => ({ title, ...record(prefix, text, rows.end) }));

const stepTail = record(
  'S',
  `
  ENDED           f64      When the step ended, in milliseconds.
  NEXT            range[${RANGES}] Units drawn so far, of two phases in each range, since one thread draws most of a range.
  MADE            range    What was drawn and is done, of two phases: units, and ranges' parts of the halo.
`,
  Math.max(...operations.map(({ end }) => end)),
);

const call = record(
  'CALL',
  `
  COUNT           line     Runs that were asked for: what threads wait for between runs.
  PROGRAM         ptr      The program of the last, 0 to leave.
`,
  upTo(CONTROL + control.end, LINE),
);

/** A line per case, numbered in this order from `first`. */
const choices = [
  choice(
    'What `run` returns.',
    'RUN',
    0,
    `
  DONE
  STOPPED
  PAUSED
`,
  ),
  choice(
    'Operations.',
    'OP',
    1,
    `
  CONVOLUTION
  WINOGRAD
  DEPTHWISE
  POOL
  GLOBAL_POOL
  ACTIVATION
  BINARY
  LRN
  SOFTMAX
  IMPORT
  EXPORT
  COPY
  REARRANGE
  RUNS
  MATRIX_PRODUCT
  RESIZE
  FILL
  PHASES
  LAYER_NORM
  MOVE
  ATTENTION
  LINE
`,
  ),
  choice(
    'How a convolution reads its input.',
    'MODE',
    0,
    `
  DIRECT          A 1×1 convolution that reads its input where it lies.
  PRIVATE         Each thread gathers the windows of its own block of pixels.
  SHARED          Few pixels: all threads gather them all, then each works on some output channels.
  WINDOWS         Whole rows of pixels, whose windows are read where they lie.
`,
  ),
  choice(
    'Pools.',
    'POOL',
    0,
    `
  MAX
  AVERAGE_INSIDE  Divides by the values inside the map.
  AVERAGE_PADDED  Divides by the values inside the map and its padding.
`,
  ),
  choice(
    'What OP_BINARY does.',
    'BINARY',
    0,
    `
  ADD
  MULTIPLY
  SUBTRACT
  DIVIDE
  MAXIMUM
  MINIMUM
  POWER
  KEEP
  DROP
  EQUAL
  GREATER
  AT_LEAST
  AND
  OR
  EXCLUSIVE_OR
`,
  ),
  choice(
    'What surrounds a copy.',
    'COPY',
    0,
    `
  PLAIN
  CONSTANT
  REFLECT
  EDGE
`,
  ),
  choice(
    'What OP_RUNS does: the first give one value per run, the others as many as they get.',
    'RUNS',
    0,
    `
  SUM
  MEAN
  MAXIMUM
  MINIMUM
  STANDARDISE     Less the mean and by the deviation.
  UNIT_SUM        By the sum of magnitudes.
  UNIT_LENGTH     By the length.
  UNIT_SQUARE     By the root of the mean square.
`,
  ),
  choice(
    'Activations; clip comes first because it is done before anything is stored.',
    'ACT',
    0,
    `
  NONE
  LEAKY
  SIGMOID
  TANH
  GELU
  GELU_TANH
  SILU
  HARD_SWISH
  HARD_SIGMOID
  ELU
  CELU
  SELU
  MISH
  SOFTPLUS
  SOFTSIGN
  THRESHOLD
  ABSOLUTE
  NEGATE
  EXPONENTIAL
  SQUARE_ROOT
  ERROR_FUNCTION
  LOGARITHM       Not finite for 0, so the lanes behind the last channel must be cleared after it.
  FLOOR
  CEILING
  ROUND
  TRUNCATE
  SIGN
  RECIPROCAL      Infinite for 0: cleared as after the logarithm.
  NOT
  TRUTH
  SCALE
`,
  ),
];

function upTo(at, align) {
  return Math.ceil(at / align) * align;
}

/** Lays the words of a record one behind the other, from `start` on. */
function record(prefix, text, start = 0) {
  let end = start;
  const words = text
    .trim()
    .split('\n')
    .map((line) => {
      const [, name, type, count, doc] = /^\s*(\w+)\s+(\w+)(?:\[(\d+)\])?(?:\s+(.+))?$/.exec(line);
      const { bytes, align } = types[type];
      const offset = upTo(end, align);
      const size = bytes * Number(count ?? 1);
      end = offset + size;
      return { name: `${prefix}_${name}`, type, offset, bytes: size, doc };
    });
  return { words, end };
}

function choice(title, prefix, first, text) {
  const cases = text
    .trim()
    .split('\n')
    .map((line, i) => {
      const [, name, doc] = /^\s*(\w+)(?:\s+(.+))?$/.exec(line);
      return { name: `${prefix}_${name}`, value: first + i, doc };
    });
  return { title, cases };
}

const stepBytes = upTo(stepTail.end, LINE);
const common = [...stepHead.words, ...finish.words, ...rows.words, ...stepTail.words];

/**
 * Words that are there at the same time, by what they are in: of steps, one for each operation. Offsets are from the
 * beginning of the record, those of `memory` from that of the memory.
 */
export const records = [
  { title: 'map', words: map.words, bytes: map.end },
  ...operations.map(({ title, words }) => ({ title, words: [...common, ...words], bytes: stepBytes })),
  {
    title: 'memory',
    words: [...control.words.map((word) => ({ ...word, offset: word.offset + CONTROL })), ...call.words],
    bytes: upTo(call.end, CONTROL),
  },
];

const constant = (name, value, doc) => `${doc ? `/** ${doc} */\n` : ''}export const ${name} = ${value};`;
const wordLines = (words) => words.map(({ name, offset, doc }) => constant(name, offset, doc));
const section = (title, lines) => `// ${title}\n${lines.join('\n')}`;

/** The text of layout.ts. */
export function layoutText() {
  return `${[
    '// Written by build/kernel-layout.mjs from its tables: change those. All are bytes from the beginning of a record where\n// the name does not say otherwise.',
    section('The control block: one per memory.', [
      constant('CONTROL', CONTROL),
      ...wordLines(control.words),
      constant('CONTROL_BYTES', upTo(control.end, LINE)),
    ]),
    section('Calls, from the beginning of the memory.', [
      ...wordLines(call.words),
      constant('HEAP', upTo(call.end, CONTROL), 'The first byte free for allocation.'),
    ]),
    section('A program: the number of steps, padding, then the steps.', [
      constant('PROGRAM_STEPS', LINE),
      constant('STEP_BYTES', stepBytes),
    ]),
    section('A step.', [
      ...wordLines(stepHead.words),
      ...wordLines(stepTail.words),
      constant('RANGES', RANGES, 'Ranges of units that threads begin with: one thread has one, or several.'),
      constant('RANGE_BYTES', types.range.bytes, "Bytes from one range's counters to the next."),
    ]),
    section(
      'A map: [batch][blocks][rows][columns][8] with a halo. The pointer is that of the first pixel inside the halo.',
      wordLines(map.words),
    ),
    section(
      'What convolutions of every kind do to a sum before they store it: bias, residual, clip, then an activation.',
      wordLines(finish.words),
    ),
    section(
      'Work row by row: units are [image][some rows][block], as rows.ts counts them.',
      wordLines(rows.words),
    ),
    ...operations.map(({ title, words }) => section(title, wordLines(words))),
    section('Added to the number of channels of a run of OP_MOVE that are zeros.', [constant('V_ZEROS', 16)]),
    ...choices.map(({ title, cases }) =>
      section(
        title,
        cases.map(({ name, value, doc }) => constant(name, value, doc)),
      ),
    ),
  ].join('\n\n')}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(join(root, layoutFile), layoutText());

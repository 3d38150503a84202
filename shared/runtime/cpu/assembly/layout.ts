// Written by build/kernel-layout.mjs from its tables: change those. All are bytes from the beginning of a record where
// the name does not say otherwise.

// The control block: one per memory.
export const CONTROL = 1024;
/** Phases that ended: what threads poll, and sleep on, that wait for one to end. */
export const CONTROL_GENERATION = 0;
/** 0 go on, otherwise leave as soon as possible. */
export const CONTROL_STOP = 64;
/** Where a run starts, or goes on after a pause. */
export const CONTROL_STEP = 128;
export const CONTROL_PHASE = 132;
/** The step before which a run ends. */
export const CONTROL_END = 136;
/** When the run began, in milliseconds. */
export const CONTROL_BEGAN = 144;
/** Steps done, for whoever watches. */
export const CONTROL_DONE = 192;
/** Threads that began with this run: what one sleeps on that makes room for another. */
export const CONTROL_ARRIVED = 256;
export const CONTROL_BYTES = 320;

// Calls, from the beginning of the memory.
/** Runs that were asked for: what threads wait for between runs. */
export const CALL_COUNT = 1344;
/** The program of the last, 0 to leave. */
export const CALL_PROGRAM = 1348;
/** The first byte free for allocation. */
export const HEAP = 2048;

// A program: the number of steps, padding, then the steps.
export const PROGRAM_STEPS = 64;
export const STEP_BYTES = 960;

// A step.
export const S_OP = 0;
export const S_PHASES = 4;
/** Units of work in each phase. */
export const S_UNITS = 8;
/** 1 when the output's halo is to be cleared, which is done along with the first phase. */
export const S_CLEARS = 16;
export const S_BATCH = 20;
export const S_IN = 32;
export const S_OUT = 80;
/** A second input: the residual of a convolution, the other operand of a sum. Its pointer is 0 when there is none. */
export const S_OTHER = 128;
/** When the step ended, in milliseconds. */
export const S_ENDED = 336;
/** Units drawn so far, of two phases in each range, since one thread draws most of a range. */
export const S_NEXT = 384;
/** What was drawn and is done, of two phases: units, and ranges' parts of the halo. */
export const S_MADE = 896;
/** Ranges of units that threads begin with: one thread has one, or several. */
export const RANGES = 8;
/** Bytes from one range's counters to the next. */
export const RANGE_BYTES = 64;

// A map: [batch][blocks][rows][columns][8] with a halo. The pointer is that of the first pixel inside the halo.
export const M_POINTER = 0;
export const M_IMAGE = 4;
export const M_BLOCK = 8;
export const M_ROW = 12;
export const M_BLOCKS = 16;
export const M_CHANNELS = 20;
export const M_HEIGHT = 24;
export const M_WIDTH = 28;
export const M_TOP = 32;
export const M_LEFT = 36;
export const M_BOTTOM = 40;
export const M_RIGHT = 44;

// What convolutions of every kind do to a sum before they store it: bias, residual, clip, then an activation.
export const A_WEIGHTS = 176;
export const A_BIAS = 180;
export const A_LOW = 184;
export const A_HIGH = 188;
export const A_ACTIVATION = 192;
/** Parameters of the activation. */
export const A_ALPHA = 196;
export const A_BETA = 200;
/** Scratch of the first thread, and the distance to the next thread's. */
export const A_SCRATCH = 204;
export const A_SCRATCH_STRIDE = 208;
/** Output blocks of 8 channels that exist; the last panel may hold more. */
export const A_OUT_BLOCKS = 212;
/** The output as rows: a map without halo counts as one row per image. */
export const A_ROWS = 216;
export const A_COLUMNS = 220;

// Work row by row: units are [image][some rows][block], as rows.ts counts them.
export const R_ROWS_PER_UNIT = 224;
export const R_UNITS_PER_BLOCK = 228;

// OP_CONVOLUTION.
export const C_MODE = 232;
/** Offsets of the blocks of 8 values that one output pixel reads, from where its window starts. */
export const C_OFFSETS = 236;
export const C_DEPTH_BLOCKS = 240;
export const C_STEP_X = 244;
export const C_STEP_Y = 248;
export const C_PIXELS = 252;
export const C_PIXEL_BLOCK = 256;
/** Triples of input offset, first panel, panels. */
export const C_BANDS = 260;
export const C_BAND_COUNT = 264;
/** Shared mode: where all threads gather to, and pixels per unit of that. */
export const C_GATHERED = 268;
export const C_GATHER_PIXELS = 272;
/** Width of the output map, for splitting a pixel's number into row and column. */
export const C_WIDTH = 276;
export const C_HEIGHT = 280;
/** Where the window of the first output pixel starts. */
export const C_START = 284;
/** Half of the panels, for Strassen's algorithm, whose bands are of pairs of panels; 0 for the usual product. */
export const C_PAIRS = 288;
/** 1 where weights are bfloat16: pairs of vectors of 4 in the halves of words, as pack.ts puts them. */
export const C_HALVES = 292;
/** 1 where both halves of a panel read 4 channels of their own. */
export const C_QUADS = 296;
/** Factors and offsets of each input block, where pixels are changed as they are read; else 0. */
export const C_PREPARE = 300;
/** What they are then clipped to. */
export const C_PREPARE_LOW = 304;
export const C_PREPARE_HIGH = 308;

// OP_WINOGRAD and OP_LINE.
export const W_TILES_X = 232;
export const W_TILES_Y = 236;
/** Units of work: [first tile, tiles]; one of all when shared. */
export const W_BLOCKS = 240;
/** Input rows and columns from one value that a tile reads to the next. */
export const W_STRIDE = 244;
/** [first panel, panels] that are multiplied and finished in one go; units of work when shared. */
export const W_PASSES = 248;
export const W_PASS_COUNT = 252;
/** Bytes from one frequency to the next, of transformed inputs and products. */
export const W_INPUT_STRIDE = 256;
export const W_PRODUCT_STRIDE = 260;
/** Where the products start in each thread's scratch. */
export const W_PRODUCTS = 264;
/** 1 when all threads share one block of tiles: all transform the input, then each takes output channels of its own. */
export const W_SHARED = 268;
/** Shared: where the transformed inputs are, and channel blocks per unit of transforming them. */
export const W_INPUTS = 272;
export const W_BLOCKS_PER_UNIT = 276;
export const W_START = 280;
/** Outputs along the side of a tile: from 5 for 2×2 filters to 2 for 5×5. All read 6×6 inputs at the same points. */
export const W_SIDE = 284;
/** OP_LINE: 1 where tiles are parts of columns, 0 of rows; and what line-transform.ts says of them. */
export const W_DOWN = 288;
export const W_TABLE = 292;

// OP_DEPTHWISE and the pools: the window.
export const P_KERNEL_Y = 232;
export const P_KERNEL_X = 236;
export const P_STRIDE_Y = 240;
export const P_STRIDE_X = 244;
export const P_DILATION_Y = 248;
export const P_DILATION_X = 252;
export const P_TOP = 256;
export const P_LEFT = 260;
/** Extents of the padded input, for averages that count the padding. */
export const P_PADDED_HEIGHT = 264;
export const P_PADDED_WIDTH = 268;
export const P_KIND = 272;
/** Global pools: where each unit leaves what it found, 64 bytes each, and how many planes a unit brings together. */
export const P_PARTIALS = 276;
export const P_PLANES = 280;

// OP_BINARY.
export const B_KIND = 232;
/** 1 when the other operand comes first. */
export const B_TURNED = 236;
/** 1 each when the other operand is the same for all images, all channels, all pixels. */
export const B_ONE_IMAGE = 240;
export const B_ONE_CHANNEL = 244;
export const B_ONE_PIXEL = 248;

// OP_LRN.
export const L_SIZE = 232;
export const L_ALPHA = 236;
export const L_BETA = 240;
export const L_BIAS = 244;
/** Channels before the middle of the window. */
export const L_BEFORE = 248;

// OP_SOFTMAX.
/** Channels (0), rows (1) or columns (2). */
export const X_AXIS = 232;
/** 1 for the logarithm of it. */
export const X_LOG = 236;
/** 1 for zeros where every number is −∞; along rows or columns. */
export const X_NONE = 240;

// OP_IMPORT and OP_EXPORT: a dense row-major array beside the map.
export const D_POINTER = 232;
/** IMPORT: 1 makes [rows][columns][channels] of it, which the first layer reads; 0 the usual blocks of 8. */
export const D_INTERLEAVED = 236;
/** OP_PHASES: every so many rows and columns of the input make a phase, which begin so far above and left of it. */
export const D_STRIDE = 240;
export const D_TOP = 244;
export const D_LEFT = 248;

// OP_COPY: into a larger or other map, at a place.
export const Y_CHANNEL = 232;
export const Y_TOP = 236;
export const Y_LEFT = 240;
/** What surrounds it: a constant, or a mode. */
export const Y_VALUE = 244;
export const Y_MODE = 248;

// OP_REARRANGE: between dense arrays.
export const G_FROM = 232;
export const G_TO = 236;
export const G_RANK = 240;
/** Triples of extent, input stride, output stride. */
export const G_AXES = 244;
/** Runs along the last axis, in all and per unit. */
export const G_ROWS = 248;
export const G_ROWS_PER_UNIT = 252;

// OP_LAYER_NORM: units are some pixels of a row.
export const N_EPSILON = 232;
export const N_PIXELS_PER_UNIT = 236;
/** 1 when the mean is taken away first. */
export const N_CENTRED = 240;

// OP_MOVE: from map to map. Bytes from the first element that is read and written, in pairs, by image and by pixel.
export const V_FROM = 232;
export const V_TO = 236;
export const V_IMAGES = 240;
export const V_PIXELS = 244;
export const V_PIXEL_COUNT = 248;
/** The same by channels that move together, with their number (1, 2, 4 or 8) as a third, and V_ZEROS more for zeros. */
export const V_RUNS = 252;
export const V_RUN_COUNT = 256;
export const V_PIXELS_PER_UNIT = 260;

// OP_ATTENTION: units are some queries of a head. Tables of bytes from the first element, by stack and by token; bytes from head to head.
export const T_QUERIES = 232;
export const T_KEYS = 236;
/** Keys in whole panels. */
export const T_PADDED = 240;
export const T_HEADS = 244;
/** Of keys and values. */
export const T_KEY_HEADS = 248;
export const T_FEATURES = 252;
export const T_VALUE_FEATURES = 256;
/** Queries of a unit, and of a block of scores. */
export const T_PER_UNIT = 260;
export const T_PER_BLOCK = 264;
export const T_FACTOR = 268;
export const T_QUERY_STACKS = 272;
export const T_QUERY_TOKENS = 276;
export const T_QUERY_HEAD = 280;
export const T_KEY_STACKS = 284;
export const T_KEY_TOKENS = 288;
export const T_KEY_HEAD = 292;
export const T_VALUE_STACKS = 296;
export const T_VALUE_TOKENS = 300;
export const T_VALUE_HEAD = 304;
export const T_VALUE_POINTER = 308;
export const T_VALUE_BLOCK = 312;
export const T_RESULT_STACKS = 316;
export const T_RESULT_TOKENS = 320;
/** For each mask: bytes from one block of its keys to the next, then where it begins for each head of each stack. */
export const T_MASKS = 324;
export const T_MASK_COUNT = 328;
/** Heads of all stacks. */
export const T_STACK_HEADS = 332;

// OP_RUNS: something about each run of contiguous elements of a dense array.
export const U_FROM = 232;
export const U_TO = 236;
export const U_RUNS = 240;
export const U_LENGTH = 244;
export const U_KIND = 248;
export const U_EPSILON = 252;
export const U_RUNS_PER_UNIT = 256;

// OP_MATRIX_PRODUCT: [stack][M][K] by [stack][K][N], dense.
export const Q_LEFT = 232;
export const Q_RIGHT = 236;
export const Q_TO = 240;
export const Q_M = 244;
export const Q_K = 248;
export const Q_N = 252;
export const Q_ROWS = 256;
export const Q_ROWS_PER_UNIT = 260;

// OP_RESIZE: per output row and column, `taps` pairs of input position and weight.
export const Z_TAPS = 232;
export const Z_ROW_TAPS = 236;
export const Z_COLUMN_TAPS = 240;

// OP_FILL: zeros into a dense array.
export const F_TO = 232;
export const F_BYTES = 236;
export const F_BYTES_PER_UNIT = 240;

// Added to the number of channels of a run of OP_MOVE that are zeros.
export const V_ZEROS = 16;

// What `run` returns.
export const RUN_DONE = 0;
export const RUN_STOPPED = 1;
export const RUN_PAUSED = 2;

// Operations.
export const OP_CONVOLUTION = 1;
export const OP_WINOGRAD = 2;
export const OP_DEPTHWISE = 3;
export const OP_POOL = 4;
export const OP_GLOBAL_POOL = 5;
export const OP_ACTIVATION = 6;
export const OP_BINARY = 7;
export const OP_LRN = 8;
export const OP_SOFTMAX = 9;
export const OP_IMPORT = 10;
export const OP_EXPORT = 11;
export const OP_COPY = 12;
export const OP_REARRANGE = 13;
export const OP_RUNS = 14;
export const OP_MATRIX_PRODUCT = 15;
export const OP_RESIZE = 16;
export const OP_FILL = 17;
export const OP_PHASES = 18;
export const OP_LAYER_NORM = 19;
export const OP_MOVE = 20;
export const OP_ATTENTION = 21;
export const OP_LINE = 22;

// How a convolution reads its input.
/** A 1×1 convolution that reads its input where it lies. */
export const MODE_DIRECT = 0;
/** Each thread gathers the windows of its own block of pixels. */
export const MODE_PRIVATE = 1;
/** Few pixels: all threads gather them all, then each works on some output channels. */
export const MODE_SHARED = 2;
/** Whole rows of pixels, whose windows are read where they lie. */
export const MODE_WINDOWS = 3;

// Pools.
export const POOL_MAX = 0;
/** Divides by the values inside the map. */
export const POOL_AVERAGE_INSIDE = 1;
/** Divides by the values inside the map and its padding. */
export const POOL_AVERAGE_PADDED = 2;

// What OP_BINARY does.
export const BINARY_ADD = 0;
export const BINARY_MULTIPLY = 1;
export const BINARY_SUBTRACT = 2;
export const BINARY_DIVIDE = 3;
export const BINARY_MAXIMUM = 4;
export const BINARY_MINIMUM = 5;
export const BINARY_POWER = 6;
export const BINARY_KEEP = 7;
export const BINARY_DROP = 8;
export const BINARY_EQUAL = 9;
export const BINARY_GREATER = 10;
export const BINARY_AT_LEAST = 11;
export const BINARY_AND = 12;
export const BINARY_OR = 13;
export const BINARY_EXCLUSIVE_OR = 14;

// What surrounds a copy.
export const COPY_PLAIN = 0;
export const COPY_CONSTANT = 1;
export const COPY_REFLECT = 2;
export const COPY_EDGE = 3;

// What OP_RUNS does: the first give one value per run, the others as many as they get.
export const RUNS_SUM = 0;
export const RUNS_MEAN = 1;
export const RUNS_MAXIMUM = 2;
export const RUNS_MINIMUM = 3;
/** Less the mean and by the deviation. */
export const RUNS_STANDARDISE = 4;
/** By the sum of magnitudes. */
export const RUNS_UNIT_SUM = 5;
/** By the length. */
export const RUNS_UNIT_LENGTH = 6;
/** By the root of the mean square. */
export const RUNS_UNIT_SQUARE = 7;

// Activations; clip comes first because it is done before anything is stored.
export const ACT_NONE = 0;
export const ACT_LEAKY = 1;
export const ACT_SIGMOID = 2;
export const ACT_TANH = 3;
export const ACT_GELU = 4;
export const ACT_GELU_TANH = 5;
export const ACT_SILU = 6;
export const ACT_HARD_SWISH = 7;
export const ACT_HARD_SIGMOID = 8;
export const ACT_ELU = 9;
export const ACT_CELU = 10;
export const ACT_SELU = 11;
export const ACT_MISH = 12;
export const ACT_SOFTPLUS = 13;
export const ACT_SOFTSIGN = 14;
export const ACT_THRESHOLD = 15;
export const ACT_ABSOLUTE = 16;
export const ACT_NEGATE = 17;
export const ACT_EXPONENTIAL = 18;
export const ACT_SQUARE_ROOT = 19;
export const ACT_ERROR_FUNCTION = 20;
/** Not finite for 0, so the lanes behind the last channel must be cleared after it. */
export const ACT_LOGARITHM = 21;
export const ACT_FLOOR = 22;
export const ACT_CEILING = 23;
export const ACT_ROUND = 24;
export const ACT_TRUNCATE = 25;
export const ACT_SIGN = 26;
/** Infinite for 0: cleared as after the logarithm. */
export const ACT_RECIPROCAL = 27;
export const ACT_NOT = 28;
export const ACT_TRUTH = 29;
export const ACT_SCALE = 30;

/** Files that mean harm, each made by hand: small ones that come to much, deep ones, and such as say what nobody would. */
import { zipSync } from 'fflate';
import {
  called,
  checkpoint,
  dict,
  integer,
  list,
  named,
  pickle,
  text as pickledText,
  tensor,
  tuple,
  uint32,
} from '../formats/weights/pickled.ts';
import {
  bytes,
  initializer,
  int,
  ints,
  joined,
  message,
  model,
  node,
  type Part,
  text,
  value,
} from './protobuf.ts';
import { bytesOf } from './reader.ts';

export interface Attack {
  readonly title: string;
  /** Of the reader, as the campaign calls it. */
  readonly format: string;
  readonly make: () => Uint8Array;
  /** What it is refused for; undefined where it is opened, since it is harmless. */
  readonly code?: string;
}

const MIB = 1 << 20;
const ascii = (letters: string): number[] => [...bytesOf(letters)];

// What pickles can say of themselves: kept under a number, and recalled.
const kept = (place: number, what: readonly number[]): number[] => [...what, ...ascii('r'), ...uint32(place)];
const recalled = (place: number): number[] => [0x6a, ...uint32(place)];
/** A list of two of the same list of two of the same, and so on: 2 to so many. */
function doubled(levels: number): number[] {
  let inner = kept(1000, list(pickledText('a')));
  for (let i = 1; i <= levels; i++) inner = kept(1000 + i, list(inner, recalled(1000 + i - 1)));
  return inner;
}
/** A list that holds itself. */
const endless = [...ascii(']r'), ...uint32(7), ...recalled(7), ...ascii('a')];
/** Whole numbers of so many bytes. */
const long = (count: number): number[] => [0x8a, count, ...Array<number>(count).fill(1)];
/** A tensor whose parts may be anything. */
const tensorOf = (key: number[], sizes: number[]): number[] =>
  called(
    'torch._utils',
    '_rebuild_tensor_v2',
    [
      ...tuple(pickledText('storage'), named('torch', 'FloatStorage'), key, pickledText('cpu'), integer(24)),
      ...ascii('Q'),
    ],
    integer(0),
    sizes,
    tuple(integer(1)),
    [0x89],
    called('collections', 'OrderedDict'),
  );

// TorchScript.
const moduleOf = (attributes: readonly number[][]): number[] => [
  ...named('__torch__', 'Net'),
  ...ascii(')'),
  0x81,
  ...ascii('}('),
  ...joined(attributes),
  ...ascii('ub'),
];
/** An archive of one class with a method `forward` of these lines. */
function script(lines: readonly string[], attributes: readonly number[][] = [], more = ''): Uint8Array {
  const code = `class Net(Module):\n  def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n${lines
    .map((line) => `    ${line}\n`)
    .join('')}${more}`;
  return zipSync(
    {
      'w/data.pkl': pickle(moduleOf([[...pickledText('training'), 0x89], ...attributes])),
      'w/constants.pkl': pickle(ascii(')')),
      'w/code/__torch__.py': bytesOf(code),
    },
    { level: 6 },
  );
}
const twice = (levels: number): string[] => [
  'a0 = [1, 1]',
  ...Array.from({ length: levels }, (_, i) => `a${i + 1} = [a${i}, a${i}]`),
];

// Archives.
interface Packed {
  readonly name: string;
  readonly content: Uint8Array;
}
/** An archive whose directory names the one file in it so many times. */
function manyTimes({ name, content }: Packed, times: number): Uint8Array {
  const whole = zipSync({ [name]: content }, { level: 9 });
  const view = new DataView(whole.buffer);
  const end = whole.length - 22;
  const [size, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const entry = whole.subarray(start, start + size);
  const out = new Uint8Array(start + size * times + 22);
  out.set(whole.subarray(0, start));
  for (let i = 0; i < times; i++) out.set(entry, start + i * size);
  out.set(whole.subarray(end), start + size * times);
  const last = new DataView(out.buffer, start + size * times);
  last.setUint16(8, times, true);
  last.setUint16(10, times, true);
  last.setUint32(12, size * times, true);
  return out;
}
function npy(shape: string, dataBytes: number, headerBytes = 118): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(headerBytes - 1);
  const out = new Uint8Array(10 + headerBytes + dataBytes);
  out.set([0x93, ...ascii('NUMPY'), 1, 0, headerBytes & 255, headerBytes >> 8, ...ascii(`${header}\n`)]);
  return out;
}

// Specs.
const spec = (nodes: string, more = ''): Uint8Array => bytesOf(`{"netwright":3,"nodes":[${nodes}]${more}}`);
const many = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => of(i)).join(',');
/** Blocks of which each uses the one before so many times. */
function nestedBlocks(levels: number, uses: number): Uint8Array {
  const block = (i: number): string =>
    `"b${i}":{"nodes":[{"id":"i","kind":"input","params":{"shape":[1,8,8]}},${many(uses, (j) =>
      i === 0
        ? `{"id":"n${j}","kind":"relu","from":"${j === 0 ? 'i' : `n${j - 1}`}"}`
        : `{"id":"n${j}","kind":"userBlock","params":{"block":"b${i - 1}"},"from":"${j === 0 ? 'i' : `n${j - 1}`}"}`,
    )},{"id":"o","kind":"output","from":"n${uses - 1}"}]}`;
  return spec(
    `{"id":"x","kind":"input","params":{"shape":[1,8,8]}},{"id":"b","kind":"userBlock","params":{"block":"b${levels - 1}"},"from":"x"}`,
    `,"blocks":{${many(levels, block)}}`,
  );
}

// ONNX.
const relu = node('Relu', ['x'], ['y']);
const fn = (name: string, ...nodes: readonly Part[]): Part =>
  message(
    25,
    text(1, name),
    text(4, 'a'),
    text(5, 'b'),
    ...nodes.map((each) => inFunction(each)),
    text(10, 'own'),
  );
/** A node of a graph as one of a function: another field. */
const inFunction = ([, ...rest]: Part): Part => [7 * 8 + 2, ...rest];
const ownCall = (op: string, output: string): Part =>
  message(1, text(1, 'x'), text(2, output), text(4, op), text(7, 'own'));
const withFunctions = (graph: readonly Part[], ...functions: readonly Part[]): Uint8Array =>
  Uint8Array.from([...model(...graph), ...functions.flat()]);
const filledWith = (name: string, dims: readonly number[]): readonly Part[] => [
  initializer(`${name}_dims`, {
    dims: [dims.length],
    type: 7,
    raw: new Uint8Array(BigInt64Array.from(dims, BigInt).buffer),
  }),
  node('ConstantOfShape', [`${name}_dims`], [name]),
];

/** A JPEG of 62 million pixels in which every scan goes over all of its blocks, in a hundred bytes. */
function jpegOf(scans: number): Uint8Array {
  const side = [7900 >> 8, 7900 & 255];
  const segment = (marker: number, ...body: number[]) => [
    0xff,
    marker,
    (body.length + 2) >> 8,
    (body.length + 2) & 255,
    ...body,
  ];
  /** One code of one bit, for this symbol. */
  const table = (id: number, symbol: number) => segment(0xc4, id, 1, ...Array<number>(15).fill(0), symbol);
  const blocks = Math.ceil(7900 / 8) ** 2;
  /** Fifteen bits of zero end 16,384 blocks. */
  const ends = Array<number>(Math.ceil((blocks / 16_384) * (15 / 8))).fill(0);
  const head = [
    ...[0xff, 0xd8],
    ...segment(0xdb, 0, ...Array<number>(64).fill(1)),
    ...segment(0xc2, 8, ...side, ...side, 1, 1, 0x11, 0),
    ...table(0x00, 0),
    ...table(0x10, 0xe0),
    ...segment(0xda, 1, 1, 0, 0, 0, 0x01),
    ...Array<number>(Math.ceil(blocks / 8)).fill(0),
  ];
  const scan = [...segment(0xda, 1, 1, 0, 1, 63, 0x01), ...ends];
  return Uint8Array.from([...head, ...Array<number[]>(scans).fill(scan).flat(), 0xff, 0xd9]);
}

export const attacks: readonly Attack[] = [
  // Specs
  {
    title: 'brackets a million deep',
    format: 'spec',
    make: () => bytesOf('['.repeat(MIB)),
    code: 'json-too-deep',
  },
  {
    title: 'a name of a megabyte',
    format: 'spec',
    make: () => spec('', `,"name":"${'n'.repeat(MIB)}"`),
    code: 'wrong-type',
  },
  {
    title: 'an id of a megabyte',
    format: 'spec',
    make: () => spec(`{"id":"${'n'.repeat(MIB)}","kind":"relu"}`),
    code: 'bad-id',
  },
  {
    title: 'a key that stands twice',
    format: 'spec',
    make: () => bytesOf('{"netwright":3,"nodes":[],"nodes":[{"id":"a","kind":"relu"}]}'),
    code: 'json-key-repeated',
  },
  {
    title: 'a prototype among the keys',
    format: 'spec',
    make: () => spec('', ',"__proto__":{"name":"x"}'),
    code: 'unknown-key',
  },
  {
    title: 'half a letter for an id',
    format: 'spec',
    make: () => spec('{"id":"\\ud800","kind":"relu"}'),
    code: 'bad-id',
  },
  {
    title: 'a number beyond all for channels',
    format: 'spec',
    make: () => spec('{"id":"a","kind":"conv2d","params":{"channels":1e308}}'),
    code: 'parameter-invalid',
  },
  {
    title: 'not a number',
    format: 'spec',
    make: () => spec('{"id":"a","kind":"conv2d","params":{"channels":NaN}}'),
    code: 'json-syntax',
  },
  {
    title: 'blocks that hold each other',
    format: 'spec',
    make: () =>
      spec(
        '',
        ',"blocks":{"a":{"nodes":[{"id":"n","kind":"userBlock","params":{"block":"b"}}]},"b":{"nodes":[{"id":"n","kind":"userBlock","params":{"block":"a"}}]}}',
      ),
    code: 'block-recursive',
  },
  { title: 'blocks in blocks that come to 10¹⁵ layers', format: 'spec', make: () => nestedBlocks(15, 10) },
  {
    title: '100,000 nodes that are called alike',
    format: 'spec',
    make: () => spec(many(100_000, () => '{"id":"a","kind":"relu"}')),
    code: 'duplicate-id',
  },
  {
    title: 'a million wires',
    format: 'spec',
    make: () =>
      spec(`{"id":"a","kind":"relu"},{"id":"c","kind":"concat","from":[${many(1_000_000, () => '"a"')}]}`),
    code: 'too-many-wires',
  },
  {
    title: 'keys that nobody knows, 50,000 times',
    format: 'spec',
    make: () => spec('', `,${many(50_000, (i) => `"key${i}":0`)}`),
    code: 'unknown-key',
  },
  {
    title: 'keys that nobody knows, as long as they are compared',
    format: 'spec',
    make: () => spec('', `,${many(50_000, (i) => `"${`${i}`.padStart(64, 'n')}":0`)}`),
    code: 'unknown-key',
  },
  {
    title: 'a million keys that nobody knows',
    format: 'spec',
    make: () => spec('', `,${many(1_000_000, (i) => `"k${i}":0`)}`),
    code: 'unknown-key',
  },
  {
    title: '50,000 parameters of one node',
    format: 'spec',
    make: () => spec(`{"id":"a","kind":"conv2d","params":{${many(50_000, (i) => `"c${i}":8`)}}}`),
    code: 'parameter-unknown',
  },
  {
    title: 'places of 50,000 nodes that are not there',
    format: 'spec',
    make: () => spec('', `,"layout":{${many(50_000, (i) => `"n${i}":[0,0]`)}}`),
  },
  {
    title: 'a number of a million digits',
    format: 'spec',
    make: () => spec(`{"id":"a","kind":"conv2d","params":{"channels":${'9'.repeat(MIB)}}}`),
    code: 'parameter-invalid',
  },
  {
    title: 'nodes that use the weights of the one before, 5,000 times',
    format: 'spec',
    make: () =>
      spec(
        `{"id":"n0","kind":"relu"},${many(5_000, (i) => `{"id":"n${i + 1}","kind":"relu","from":"n${i}","weights":"n${i}"}`)}`,
      ),
  },
  {
    title: 'weights of nodes that are not there, 20,000 times',
    format: 'spec',
    make: () => spec(many(20_000, (i) => `{"id":"n${i}","kind":"relu","weights":"m${i}"}`)),
    code: 'weights-unknown',
  },
  {
    title: 'versions of 50,000 kinds that there are not',
    format: 'spec',
    make: () => spec('', `,"versions":{${many(50_000, (i) => `"conv${i}d":1`)}}`),
    code: 'unknown-kind',
  },
  {
    title: '50,000 rules that are silenced at one node',
    format: 'spec',
    make: () =>
      spec(`{"id":"a","kind":"relu","suppress":[${many(50_000, (i) => `{"rule":"r${i}","reason":"x"}`)}]}`),
  },
  {
    title: 'a place beyond all',
    format: 'spec',
    make: () => spec('{"id":"a","kind":"relu"}', ',"layout":{"a":[1e308,-1e308]}'),
    code: 'wrong-type',
  },
  {
    title: '130,000 wires into ports that are not there',
    format: 'spec',
    make: () =>
      spec(
        `{"id":"a","kind":"relu"},{"id":"b","kind":"relu","from":{${many(130_000, (i) => `"x${i}":"a"`)}}}`,
      ),
  },
  {
    title: 'one node into a concat, 130,000 times',
    format: 'spec',
    make: () =>
      spec(
        `{"id":"x","kind":"input","params":{"shape":[1,2,2]}},{"id":"c","kind":"concat","from":[${many(130_000, () => '"x"')}]},{"id":"o","kind":"output","from":"c"}`,
      ),
  },
  // ONNX
  {
    title: 'functions of nothing that call each other 10¹⁰ times',
    format: 'ONNX',
    make: () =>
      withFunctions(
        [ownCall('f9', 'y')],
        fn('f0'),
        ...Array.from({ length: 9 }, (_, i) =>
          fn(`f${i + 1}`, ...Array<Part>(10).fill(ownCall(`f${i}`, 'b'))),
        ),
      ),
    code: 'functions-too-large',
  },
  {
    title: '20,000 calls of one function under one name',
    format: 'ONNX',
    make: () =>
      withFunctions([...Array<Part>(20_000).fill(ownCall('f', 'y'))], fn('f', node('Relu', ['a'], ['b']))),
  },
  {
    title: '20,000 nodes under one name',
    format: 'ONNX',
    make: () =>
      model(
        ...Array.from({ length: 20_000 }, (_, i) =>
          message(
            1,
            text(1, i === 0 ? 'x' : `v${i}`),
            text(2, i === 19_999 ? 'y' : `v${i + 1}`),
            text(3, 'same'),
            text(4, 'Relu'),
          ),
        ),
      ),
  },
  {
    title: 'a name of a megabyte of dots',
    format: 'ONNX',
    make: () =>
      model(message(1, text(1, 'x'), text(2, 'y'), text(3, `a${'.'.repeat(MIB)}b`), text(4, 'Relu'))),
  },
  {
    title: 'constants that double sixty times',
    format: 'ONNX',
    make: () =>
      model(
        ...filledWith('c0', [1024, 1024]),
        ...Array.from({ length: 60 }, (_, i) => node('Add', [`c${i}`, `c${i}`], [`c${i + 1}`])),
        node('Add', ['x', 'c60'], ['y']),
      ),
    code: 'shapes-differ',
  },
  {
    title: 'constants of four thousand numbers, ten thousand times',
    format: 'ONNX',
    make: () =>
      model(
        ...filledWith('c0', [4000]),
        ...Array.from({ length: 10_000 }, (_, i) => node('Neg', [`c${i}`], [`c${i + 1}`])),
        node('Add', ['x', 'c10000'], ['y']),
      ),
    code: 'shapes-differ',
  },
  {
    title: 'a list of 2⁴⁰ numbers',
    format: 'ONNX',
    make: () =>
      model(
        initializer('n', { dims: [1], type: 7, raw: new Uint8Array(BigInt64Array.of(2n ** 40n).buffer) }),
        node('ConstantOfShape', ['n'], ['c']),
        node('Add', ['x', 'c'], ['y']),
      ),
    code: 'shape-invalid',
  },
  {
    title: 'an attribute of a million numbers',
    format: 'ONNX',
    make: () => model(node('MaxPool', ['x'], ['y'], [ints('kernel_shape', Array<number>(200_000).fill(1))])),
    code: 'attribute-invalid',
  },
  {
    title: 'outputs by the thousand',
    format: 'ONNX',
    make: () =>
      Uint8Array.from([
        ...bytes(7, [
          ...value(11, 'x', [1, 3, 8, 8]),
          ...relu,
          ...Array.from({ length: 5000 }, () => value(12, 'y', [])).flat(),
        ]),
        ...message(8, int(2, 13)),
      ]),
  },
  {
    title: 'a tensor of a hundred thousand axes',
    format: 'ONNX',
    make: () =>
      model(
        initializer('c', { dims: Array<number>(100_000).fill(1), raw: new Uint8Array(4) }),
        node('Add', ['x', 'c'], ['y']),
      ),
    code: 'tensor-dims-invalid',
  },
  {
    title: 'a sum over a hundred thousand letters',
    format: 'ONNX',
    make: () =>
      model(
        node(
          'Einsum',
          ['x', 'x'],
          ['y'],
          [
            [
              ...text(1, 'equation'),
              ...text(4, `${'ab'.repeat(50_000)},${'cd'.repeat(50_000)}->a`),
              ...int(20, 3),
            ],
          ],
        ),
      ),
    code: 'einsum-unsupported',
  },
  {
    title: 'a sum over ten thousand inputs',
    format: 'ONNX',
    make: () =>
      model(
        node(
          'Einsum',
          Array<string>(10_000).fill('x'),
          ['y'],
          [
            [
              ...text(1, 'equation'),
              ...text(4, `${Array<string>(10_000).fill('abcd').join(',')}->abcd`),
              ...int(20, 3),
            ],
          ],
        ),
      ),
    code: 'einsum-unsupported',
  },
  {
    title: 'integers that eight thousand sums read',
    format: 'ONNX',
    make: () =>
      model(
        initializer('s', { dims: [], raw: Uint8Array.of(0, 0, 0x80, 0x3f) }),
        initializer('z', { dims: [], type: 3, raw: 1 }),
        node('QuantizeLinear', ['x', 's', 'z'], ['q']),
        ...Array.from({ length: 8_000 }, (_, i) => [
          node('DequantizeLinear', ['q', 's', 'z'], [`d${i}`]),
          node('DequantizeLinear', [i === 0 ? 'q' : `r${i}`, 's', 'z'], [`e${i}`]),
          node('Add', [`d${i}`, `e${i}`], [`a${i}`]),
          node('QuantizeLinear', [`a${i}`, 's', 'z'], [i === 7_999 ? 'y' : `r${i + 1}`]),
        ]).flat(),
      ),
  },
  {
    title: 'a hundred thousand operator sets',
    format: 'ONNX',
    make: () =>
      Uint8Array.from([
        ...model(relu),
        ...Array.from({ length: 100_000 }, (_, i) => message(8, text(1, `d${i}`), int(2, 1))).flat(),
      ]),
  },
  {
    title: 'a split into a hundred thousand',
    format: 'ONNX',
    make: () =>
      model(
        node(
          'Split',
          ['x'],
          Array.from({ length: 100_000 }, (_, i) => (i === 0 ? 'y' : `s${i}`)),
          [[...text(1, 'axis'), ...int(3, 1), ...int(20, 2)]],
        ),
      ),
    code: 'parameter-invalid',
  },
  // Checkpoints
  {
    title: 'a key that is 2⁶⁰ lists',
    format: 'checkpoint',
    make: () =>
      checkpoint([...ascii('}('), ...doubled(60), ...tensor({ sizes: [4], strides: [1] }), ...ascii('u')]),
  },
  {
    title: 'a class whose name is 2⁶⁰ lists',
    format: 'checkpoint',
    make: () => checkpoint([...doubled(60), ...pickledText('a'), 0x93]),
    code: 'pickle-wrong',
  },
  {
    title: 'a storage whose name is 2⁶⁰ lists',
    format: 'checkpoint',
    make: () => checkpoint(dict({ a: tensorOf(doubled(60), tuple(integer(4))) })),
    code: 'tensor-wrong',
  },
  {
    title: 'a shape of 2⁶⁰ lists',
    format: 'checkpoint',
    make: () => checkpoint(dict({ a: tensorOf(pickledText('0'), tuple(doubled(60))) })),
    code: 'tensor-dims-wrong',
  },
  {
    title: 'a shape of a number of 255 bytes',
    format: 'checkpoint',
    make: () => checkpoint(dict({ a: tensorOf(pickledText('0'), tuple(long(255))) })),
    code: 'tensor-dims-wrong',
  },
  {
    title: 'a list that holds itself',
    format: 'checkpoint',
    make: () => checkpoint(dict({ a: endless })),
    code: 'checkpoint-without-weights',
  },
  {
    title: 'lists a hundred thousand deep',
    format: 'checkpoint',
    make: () =>
      checkpoint([...Array<number>(100_000).fill(0x28), ...ascii('N'), ...Array<number>(100_000).fill(0x6c)]),
    code: 'checkpoint-without-weights',
  },
  {
    title: 'a module of 100,000 attributes, 100,000 times',
    format: 'checkpoint',
    make: () =>
      checkpoint(
        list(
          kept(1, moduleOf(Array.from({ length: 100_000 }, (_, i) => [...integer(i), ...integer(i)]))),
          ...Array.from({ length: 100_000 }, () => recalled(1)),
        ),
      ),
    code: 'checkpoint-without-weights',
  },
  {
    title: 'what would run a command',
    format: 'checkpoint',
    make: () => checkpoint(called('os', 'system', pickledText('touch /tmp/netwright-was-here'))),
    code: 'checkpoint-without-weights',
  },
  // TorchScript
  {
    title: 'lists that double sixty times, given to a layer',
    format: 'TorchScript',
    make: () => script([...twice(60), 'return torch.relu(a60)']),
    code: 'argument-unsupported',
  },
  {
    title: 'a sum of a hundred thousand',
    format: 'TorchScript',
    make: () => script([`y = ${Array<string>(100_000).fill('1').join(' + ')}`, 'return x']),
    code: 'too-long',
  },
  {
    title: 'an attribute of an attribute, a hundred thousand times',
    format: 'TorchScript',
    make: () => script([`y = x${'.a'.repeat(100_000)}`, 'return x']),
    code: 'too-long',
  },
  {
    title: 'brackets a hundred thousand deep',
    format: 'TorchScript',
    make: () => script([`y = ${'('.repeat(100_000)}`]),
    code: 'script-wrong',
  },
  {
    title: 'a long list in a long loop',
    format: 'TorchScript',
    make: () =>
      script([
        'for i in range(100000):',
        `  y = [${Array<string>(50_000).fill('x').join(', ')}]`,
        'return x',
      ]),
    code: 'too-long',
  },
  {
    title: 'a method that calls itself',
    format: 'TorchScript',
    make: () => script(['y = (self).forward(x, )', 'return y']),
    code: 'too-long',
  },
  {
    title: 'code of eight megabytes of brackets',
    format: 'TorchScript',
    make: () => script([`y = [${'[],'.repeat(2_700_000)}]`]),
    code: 'script-wrong',
  },
  {
    title: 'code of forty megabytes',
    format: 'TorchScript',
    make: () => script([`# ${' '.repeat(40 * MIB)}`, 'return x']),
    code: 'checkpoint-wrong',
  },
  {
    title: 'an attribute of 2⁶⁰ lists',
    format: 'TorchScript',
    make: () => script(['y = self.a', 'return x'], [[...pickledText('a'), ...doubled(60)]]),
    code: 'not-there',
  },
  {
    title: 'an attribute that holds itself',
    format: 'TorchScript',
    make: () => script(['y = self.a', 'return x'], [[...pickledText('a'), ...endless]]),
    code: 'not-there',
  },
  // Archives
  {
    title: 'one file under 20,000 names',
    format: 'npz',
    make: () => manyTimes({ name: 'a.npy', content: npy('(4,)', 16, 65_000) }, 20_000),
    code: 'archive-wrong',
  },
  {
    title: 'a file that unfolds to a thousand times its size',
    format: 'npz',
    make: () => zipSync({ 'a.npy': npy('(8388608,)', 32 * MIB) }, { level: 9 }),
  },
  {
    title: 'a shape of 2⁶⁰',
    format: 'npz',
    make: () => zipSync({ 'a.npy': npy('(1152921504606846976,)', 16) }),
    code: 'tensor-dims-wrong',
  },
  {
    title: 'a configuration of thirty megabytes',
    format: 'Keras model',
    make: () =>
      zipSync(
        { 'config.json': bytesOf(`[${'[],'.repeat(12 * MIB)}[]]`), 'metadata.json': bytesOf('{}') },
        { level: 9 },
      ),
    code: 'keras-wrong',
  },
  {
    title: 'a shape a million lists deep',
    format: 'Keras model',
    make: () =>
      zipSync(
        {
          'config.json': bytesOf(
            `{"class_name":"Functional","config":{"name":"m","layers":[{"class_name":"InputLayer","name":"x","config":{"name":"x","batch_shape":${'['.repeat(MIB)}${']'.repeat(MIB)}},"inbound_nodes":[]}],"input_layers":[["x",0,0]],"output_layers":[["x",0,0]]}}`,
          ),
          'metadata.json': bytesOf('{"keras_version":"3.5.0"}'),
        },
        { level: 9 },
      ),
  },
  {
    title: 'a setting a million lists deep',
    format: 'Keras model',
    make: () =>
      zipSync(
        {
          'config.json': bytesOf(
            `{"class_name":"Functional","config":{"name":"m","layers":[{"class_name":"InputLayer","name":"x","config":{"name":"x","batch_shape":[null,8,8,3]},"inbound_nodes":[]},{"class_name":"Conv2D","name":"c","config":{"name":"c","filters":4,"kernel_size":${'['.repeat(MIB)}${']'.repeat(MIB)}},"inbound_nodes":[[["x",0,0,{}]]]}],"input_layers":[["x",0,0]],"output_layers":[["c",0,0]]}}`,
          ),
          'metadata.json': bytesOf('{"keras_version":"3.5.0"}'),
        },
        { level: 9 },
      ),
    code: 'setting-unsupported',
  },
  // safetensors
  ...(['dtype', 'shape'] as const).map(
    (key): Attack => ({
      title: `a ${key} a million lists deep`,
      format: 'safetensors',
      make: () =>
        safetensors(
          `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"${key}":${'['.repeat(MIB)}${']'.repeat(MIB)}}}`,
        ),
      code: key === 'dtype' ? 'tensor-wrong' : 'tensor-dims-wrong',
    }),
  ),
  {
    title: 'one place for a hundred thousand tensors',
    format: 'safetensors',
    make: () =>
      safetensors(
        `{${many(50_000, (i) => `"t${i}":{"dtype":"F32","shape":[1024],"data_offsets":[0,4096]}`)}}`,
        4096,
      ),
    code: 'tensor-outside',
  },
  // Pictures
  {
    title: 'a JPEG of a thousand scans',
    format: 'picture',
    make: () => jpegOf(1000),
    code: 'told-by-command',
  },
  // Texts
  {
    title: 'names of classes a million lists deep',
    format: 'class names',
    make: () => bytesOf(`${'['.repeat(MIB)}${']'.repeat(MIB)}`),
    code: 'no-class-names',
  },
  {
    title: 'times of twenty-four megabytes of brackets',
    format: 'measured times',
    make: () => bytesOf(`[${'{},'.repeat(8 * MIB)}{}]`),
    code: 'too-many',
  },
  {
    title: 'a pattern of alternatives of alternatives',
    format: 'configuration',
    make: () =>
      bytesOf(JSON.stringify({ overrides: [{ files: '{a,b}'.repeat(200), budget: { params: 1 } }] })),
    code: 'pattern-too-wide',
  },
  {
    title: 'thirty thousand overrides',
    format: 'configuration',
    make: () => bytesOf(`{"overrides":[${many(30_000, (i) => `{"files":"**/a${i}*.json"}`)}]}`),
    code: 'wrong-type',
  },
  {
    title: 'a pattern of stars',
    format: 'configuration',
    make: () =>
      bytesOf(
        JSON.stringify({
          overrides: [{ files: `${'*a'.repeat(400)}/${'**/'.repeat(60)}b`, budget: { params: 1 } }],
        }),
      ),
  },
];

function safetensors(header: string, dataBytes = 4): Uint8Array {
  const json = bytesOf(header);
  const out = new Uint8Array(8 + json.length + dataBytes);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  return out;
}

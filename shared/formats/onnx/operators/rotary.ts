import { type Dims, elementCount } from '../../../base/dims.ts';
import { messages } from '../../../base/problem.ts';
import type { NodeView } from '../node-view.ts';
import type { Flow, Value } from '../values.ts';
import { scalar } from './dense.ts';
import { reshape } from './normalise.ts';

export const say = messages('formats/onnx/operators/rotary', {
  'angles-do-not-fit': [
    'its tables of {{tables}} do not fit features of {{features}}.',
    'Export the model again.',
  ],
  'places-unsupported': [
    'its positions are packed, or counted from one that is fed.',
    'Feed every position.',
  ],
});

/** Where each input stands: com.microsoft's has the positions before the tables. */
const standard = { cosines: 1, sines: 2, places: 3 } as const;
const contributed = { cosines: 2, sines: 3, places: 1 } as const;

/**
 * Pairs of features turned by angles that grow with the position of a token, whose cosines and sines stand in tables:
 * y₁ = x₁·cos − x₂·sin, y₂ = x₁·sin + x₂·cos. The pairs are two halves, or neighbours. What lies beyond stays.
 */
export function rotaryEmbedding(node: NodeView): readonly Value[] {
  const at = node.node.domain === 'com.microsoft' ? contributed : standard;
  const x = node.flow(0);
  const isJoined = x.dims.length === 3;
  const half = node.dims(at.cosines).at(-1)!;
  const asked = node.int('rotary_embedding_dim', 0);
  const named = node.int('num_heads', 0);
  const interleaved = node.int('interleaved', 0) === 1;
  const scale = node.float('scale', 1);
  if (node.int('is_packed_batching', 0) === 1) throw node.refuse(say('places-unsupported'));
  const heads = named > 0 ? named : x.dims[2]! / (2 * half);
  const features = isJoined ? x.dims[2]! / heads : x.dims.at(-1)!;
  const turned = asked === 0 ? features : asked;
  if (!Number.isInteger(features) || turned !== 2 * half || turned > features || x.dims.length > 4)
    throw node.refuse(
      say('angles-do-not-fit', { tables: node.dims(at.cosines).join('×'), features: x.dims.join('×') }),
    );
  const [batch] = x.dims as readonly [number];
  const tokens = x.dims.at(-2)!;
  const whole = isJoined ? reshape(node, x, [batch, tokens, heads, features], 'heads') : x;
  const angles = (i: number, name: string) => {
    const rows = rowsOf(node, i, at.places, tokens, name);
    // One table for all heads.
    const [samples, count] = rows.dims as readonly [number, number];
    const dims = isJoined ? [samples, count, 1, half] : [samples, 1, count, half];
    return node.one('reshape', [rows], { shape: dims }, {}, `${node.name}.${name}`);
  };
  const [cosine, sine] = [angles(at.cosines, 'cosine'), angles(at.sines, 'sine')];
  const split = (flow: Flow, sizes: readonly number[], suffix: string) =>
    node.add('split', [flow], { axis: 3, parts: sizes.length, sizes }, {}, `${node.name}.${suffix}`);
  const parts = turned === features ? [whole] : split(whole, [turned, features - turned], 'parts');
  const pairs = interleaved
    ? [0, 1].map((start) =>
        node.one(
          'slice',
          [parts[0]!],
          { axes: [3], starts: [start], ends: [turned], steps: [2] },
          {},
          `${node.name}.pair${start}`,
        ),
      )
    : split(parts[0]!, [half, half], 'pairs');
  const [first, second] = pairs as readonly [Flow, Flow];
  const both = (kind: 'subtract' | 'add', a: Flow, b: Flow, suffix: string) => {
    const product = (flow: Flow, by: Flow, of: string) =>
      node.one('multiply', [flow, by], {}, {}, `${node.name}.${suffix}_${of}`);
    return node.one(
      kind,
      [product(first, a, 'first'), product(second, b, 'second')],
      {},
      {},
      `${node.name}.${suffix}`,
    );
  };
  const real = both('subtract', cosine, sine, 'real');
  const imaginary = both('add', sine, cosine, 'imaginary');
  const rest = parts.slice(1);
  const join = (flows: readonly Flow[], axis: number, suffix: string) =>
    flows.length === 1 ? flows[0]! : node.one('concat', [...flows], { axis }, {}, `${node.name}.${suffix}`);
  const rotated = interleaved ? inTurn(node, [real, imaginary], join) : [real, imaginary];
  let y = join([...rotated, ...rest], 3, 'joined');
  if (scale !== 1) y = node.one('multiply', [y, scalar(node, scale, 'scale')], {}, {}, `${node.name}.scaled`);
  return [isJoined ? reshape(node, y, x.dims) : y];
}

type Join = (flows: readonly Flow[], axis: number, suffix: string) => Flow;

/** One feature of each in turn. */
function inTurn(node: NodeView, flows: readonly Flow[], join: Join): readonly Flow[] {
  const single = flows.map((flow, i) =>
    node.one('unsqueeze', [flow], { axes: [4] }, {}, `${node.name}.single${i}`),
  );
  const { dims } = flows[0]!;
  return [reshape(node, join(single, 4, 'neighbours'), [...dims.slice(0, 3), 2 * dims[3]!], 'turned')];
}

/** The rows of a table that the tokens have: [samples or 1, tokens, features]. */
function rowsOf(node: NodeView, i: number, placesAt: number, tokens: number, name: string): Flow {
  const value = node.value(i);
  const table =
    value.kind === 'flow' ? value : node.build.constant(node, value, `${node.name}.${name}_table`, false);
  if (!node.given(placesAt)) return table;
  const places = node.value(placesAt);
  if (places.kind === 'flow') {
    if (places.dims.length !== 2) throw node.refuse(say('places-unsupported'));
    return node.one('take', [table, places], { axis: 0 }, {}, `${node.name}.${name}_rows`);
  }
  const given = node.numbers(placesAt, 'positions');
  // com.microsoft's may name the first one only.
  const first = places.dims.length < 2;
  const indices = first ? Array.from({ length: tokens }, (_, token) => given[0]! + token) : given;
  const dims: Dims = first ? [1, tokens] : places.dims;
  const rows = node.one(
    'gather',
    [table],
    { axis: 0, indices, dropAxis: false },
    {},
    `${node.name}.${name}_rows`,
  );
  return dims[0] === 1 || elementCount(dims) === 0
    ? node.one('unsqueeze', [rows], { axes: [0] }, {}, `${node.name}.${name}_sample`)
    : reshape(node, rows, [...dims, table.dims[1]!], `${name}_samples`);
}

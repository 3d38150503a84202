import { beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import { type BlockKind, blocks } from '../../../shared/blocks/index.ts';
import { decodeModel } from '../../../shared/formats/onnx/decode.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { openModel } from '../../../shared/models/open-model.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import type { ParamValues } from '../../../shared/schema/params.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { thoroughness } from '../../thorough.ts';
import { batchedCasesOf, kinds } from '../layer-cases.ts';
import otherwise from '../layers-otherwise.json' with { type: 'json' };
import { networkOf, randomInput, randomNetwork, randomWeights } from '../random-network.ts';
import { withoutDesign } from './foreign.ts';

/** Other samples at once, and maps that are larger by so much. */
const others = [
  { batch: 3, more: 0 },
  { batch: 1, more: 3 },
  { batch: 2, more: 1 },
] as const;

/** The design with height and width of every map that comes in left open. */
function opened(design: Design): Design {
  const nodes = Object.entries(design.nodes).map(([id, node]) => {
    const shape = node.params.shape as Dims | undefined;
    if (node.kind !== 'input' || shape?.length !== 3) return [id, node];
    return [id, { ...node, open: [null, `H ${id}`, `W ${id}`] }];
  });
  return { ...design, nodes: Object.fromEntries(nodes) };
}

/** The same design for maps that are larger, where a file leaves them open. */
function larger(design: Design, more: number, isOpen: (input: string, axis: number) => boolean): Design {
  const nodes = Object.entries(design.nodes).map(([id, node]) => {
    if (node.kind !== 'input') return [id, node];
    const { open, ...closed } = node;
    const shape = (node.params.shape as Dims).map((extent, axis) =>
      isOpen(id, axis + 1) ? extent + more : extent,
    );
    return [id, { ...closed, params: { ...node.params, shape } }];
  });
  return { ...design, nodes: Object.fromEntries(nodes) };
}

type Outputs = Readonly<
  Record<string, { readonly data: ArrayLike<number>; readonly dims: readonly number[] }>
>;

function difference(got: Outputs, right: Outputs): string | undefined {
  for (const [name, { data, dims }] of Object.entries(right)) {
    const mine = got[name];
    if (mine?.dims.join() !== dims.join()) return `${name} is ${mine?.dims.join('×')}, not ${dims.join('×')}`;
    for (let i = 0; i < data.length; i++) {
      const [own, value] = [mine.data[i]!, data[i]!];
      if (own === value || (Number.isNaN(own) && Number.isNaN(value))) continue;
      if (!(Math.abs(own - value) <= 1e-4 * (1 + Math.abs(value))))
        return `${name}[${i}]: ${own}, not ${value}`;
    }
  }
  return undefined;
}

/** What the file says of a shape, without the design beside it: the same costs, and the same numbers in a run. */
async function openedAgain(written: Uint8Array) {
  const source = bytesSource(withoutDesign(written));
  const session = await openModel(source, { backend: 'cpu', threads: 1 });
  return async (other: Design, feeds: Readonly<Record<string, FloatTensor>>, right: Outputs) => {
    const inputDims = Object.fromEntries(
      Object.entries(feeds).map(([id, { dims }]) => [id, dims.with(0, 1)]),
    );
    const read = await importOnnx(source, { inputDims, fold: true });
    if (!read.ok) return read.problems[0].message;
    const [mine, theirs] = [analyze(read.value.design).totals, analyze(other).totals];
    for (const key of ['params', 'macs', 'otherOps', 'outputElements'] as const)
      if (mine[key] !== theirs[key]) return `${key} is ${mine[key]}, not ${theirs[key]}`;
    return difference((await session.run(feeds)) as Outputs, right);
  };
}

interface Tried {
  readonly wrong: readonly string[];
  /** How many runs there were with other samples, and with other extents. */
  readonly batches: number;
  readonly extents: number;
}

/** What a file that is written with open axes gives for other shapes, against the design of those shapes. */
async function tried(name: string, given: Design, alsoAgain = false): Promise<Tried> {
  const design = opened(given);
  const weights = randomWeights(networkOf(design), name);
  const written = exportOnnx(design, weights);
  if (!written.ok) throw new Error(written.problems[0].message);
  const { model } = await decodeModel(bytesSource(written.value));
  const dimsOf = (input: string) => model.inputs.find((each) => each.name === input)?.dims ?? [];
  const isOpen = (input: string, axis: number) => typeof dimsOf(input)[axis] === 'string';
  const ends = networkOf(design);
  const inputs = ends.inputs.map((at) => ends.steps[at]!.id);
  const [anyBatch, anyExtent] = [
    inputs.every((input) => isOpen(input, 0)),
    inputs.some((input) => dimsOf(input).some((_, axis) => axis > 0 && isOpen(input, axis))),
  ];
  const wrong: string[] = [];
  let [batches, extents] = [0, 0];
  const judge = await openInOnnxruntime(written.value);
  const again = alsoAgain ? await openedAgain(written.value) : undefined;
  for (const { batch, more } of others) {
    if ((batch > 1 && !anyBatch) || (more > 0 && !anyExtent)) continue;
    const other = larger(design, more, isOpen);
    const flat = flatten(analyze(other));
    // An extent that some layer does not take, such as an odd one.
    if (!flat.ok) continue;
    const feeds: Record<string, FloatTensor> = Object.fromEntries(
      flat.value.inputs.map((at) => {
        const { id, outputDims } = flat.value.steps[at]!;
        return [id, randomInput(outputDims[0]!.with(0, batch), `${name} ${id}`)];
      }),
    );
    try {
      const session = await DesignSession.create(other, {
        backend: again ? 'cpu' : 'reference',
        threads: 1,
        weights,
      });
      const right = (await session.run(feeds)) as Outputs;
      await session.release();
      const found =
        difference(await judge.run(feeds), right) ?? (again && (await again(other, feeds, right)));
      if (found) wrong.push(`${name}, ${batch} samples, ${more} larger: ${found}`);
    } catch (error) {
      wrong.push(`${name}, ${batch} samples, ${more} larger: ${String(error).slice(0, 300)}`);
    }
    if (batch > 1) batches += 1;
    if (more > 0) extents += 1;
  }
  return { wrong, batches, extents };
}

/** A block on a small map, with a classifier behind it that does not care how large maps are. */
function ofBlock(kind: BlockKind, params: ParamValues, dims: Dims): Design {
  const b = new NetworkBuilder();
  b.add('input', 'input', { shape: [dims[1]!, 9, 9] });
  // It knows the extents of what comes in.
  b.add('block', kind, kind === 'aspp' ? { ...params, height: 9, width: 9 } : params);
  b.add('pool', 'globalAvgPool');
  b.add('flat', 'flatten');
  b.add('classes', 'linear', { features: 3 });
  b.add('output', 'output');
  return b.design(`One ${kind}`, '');
}

const judged = kinds.filter((kind) => !Object.hasOwn(otherwise.onnxruntime, kind));

beforeAll(registerCpu);

describe.skipIf(!peersInstalled())('a file whose axes are open is what the design is at other shapes', () => {
  test('of every layer', async () => {
    const all: Tried[] = [];
    for (const kind of judged)
      for (const { name, design } of batchedCasesOf(kind, 1)) all.push(await tried(name, design));
    expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(all.reduce((sum, { batches }) => sum + batches, 0)).toBeGreaterThan(60);
    expect(all.reduce((sum, { extents }) => sum + extents, 0)).toBeGreaterThan(30);
  }, 240_000);

  test('of every block', async () => {
    const all = new Map<string, Tried>();
    for (const [kind, block] of Object.entries(blocks))
      for (const [i, { params, inputs }] of block.examples.entries())
        all.set(`${kind}_${i}`, await tried(kind, ofBlock(kind as BlockKind, params, inputs[0]!), true));
    expect([...all.values()].flatMap(({ wrong }) => wrong)).toEqual([]);
    const closed = [...all].filter(([, { batches, extents }]) => batches * extents === 0);
    // It is told how large its maps are.
    expect(closed.map(([name]) => name)).toEqual(['aspp_0']);
  }, 240_000);

  test('of random networks', async () => {
    const all: Tried[] = [];
    for (let seed = 0; seed < 15 * (1 + thoroughness); seed++)
      all.push(await tried(`random_${seed}`, randomNetwork(1000 + seed)));
    expect(all.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(all.reduce((sum, { batches }) => sum + batches, 0)).toBeGreaterThan(10);
  }, 240_000);
});

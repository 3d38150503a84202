import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { isIssue } from '../../../shared/base/problem.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { foldDesign } from '../../../shared/formats/weights/fold.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import { loadWeights, type WeightTensors } from '../../../shared/formats/weights/store.ts';
import { type Design, emptyDesign } from '../../../shared/graph/design.ts';
import { removeAndBridge, setParams } from '../../../shared/graph/edits.ts';
import { placeWindows, type WindowSpec } from '../../../shared/layers/window.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { largestError } from '../../conformance/reference-data.ts';
import { peersInstalled } from '../../peers/install.ts';
import { openInOnnxruntime } from '../../peers/onnxruntime.ts';
import { thoroughness } from '../../thorough.ts';
import { networkOf, randomInput, randomNetwork, randomWeights } from '../random-network.ts';
import { lightest, small } from '../small.ts';
import { withoutDesign } from './foreign.ts';

function exported(design: Design, weights: WeightTensors): Uint8Array {
  const result = exportOnnx(design, weights);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

async function opened(bytes: Uint8Array, fold = false) {
  const result = await importOnnx(bytesSource(bytes), { fold });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.value;
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const seeds = upTo(thoroughness > 0 ? 60 * thoroughness : 20);
const designs: readonly (readonly [name: string, design: Design])[] = [
  ...lightest.map(({ id, build }) => [id, small(build())] as const),
  ...upTo(thoroughness > 0 ? 200 * thoroughness : 60).map(
    (seed) => [`random ${seed}`, randomNetwork(seed)] as const,
  ),
];

/** As the graph alone can say it: numbers for "same", no Pad of nothing, and what is no layer or computes nothing left out. */
function sayable(design: Design): Design {
  const { facts } = analyze(design);
  const idle = Object.entries(design.nodes).flatMap(([id, { kind, params }]) =>
    kind === 'pad' && String(params.padding) === '0,0,0,0' ? [id] : [],
  );
  const said = produce(design, (draft) => {
    for (const [id, { params }] of Object.entries(design.nodes)) {
      if (params.padding !== 'same') continue;
      const [height, width] = facts.get(id)!.inputs[0]!.slice(2) as [number, number];
      const once: readonly [number, number] = [1, 1];
      const windows = placeWindows({ dilation: once, ...params } as WindowSpec, [height, width]);
      if (isIssue(windows)) throw new RangeError(windows.message);
      setParams([id], { padding: [...windows.before, ...windows.after] })(draft);
    }
    for (const node of Object.values(draft.nodes)) delete node.suppress;
    removeAndBridge(idle)(draft);
  });
  return { ...emptyDesign, name: design.name, nodes: said.nodes, wires: said.wires };
}

/** Blocks in a row and blocks of one's own are not to be seen in a graph; shuffles and factors are what they are made of. */
function isSayable({ nodes, blocks }: Design): boolean {
  const kinds = Object.values(nodes).map(({ kind }) => kind);
  const inRows = Object.values(nodes).some(({ params }) => Number(params.repeat ?? 1) > 1);
  return (
    !inRows &&
    Object.keys(blocks).length === 0 &&
    !kinds.some((kind) => kind === 'shuffleUnit' || kind === 'convNext')
  );
}

function costsOf(design: Design): { readonly params: number; readonly macs: number } {
  const { params, macs } = analyze(design).totals;
  return { params, macs };
}

/** Nodes in any order; everything else as it is. */
const inAnyOrder = (design: Design): string =>
  writeSpec({
    ...design,
    nodes: Object.fromEntries(Object.entries(design.nodes).sort(([a], [b]) => (a < b ? -1 : 1))),
  });

describe('ONNX export', () => {
  test.each(designs)('opening the export of %s gives back the same design', async (_, design) => {
    const network = networkOf(design);
    const weights = randomWeights(network, 'back');
    const bytes = exported(design, weights);
    const back = await opened(bytes);
    expect(writeSpec(back.design)).toBe(writeSpec(design));
    for (const { id, weights: specs } of network.steps)
      for (const { name } of specs) expect(await back.weights[id]![name]!.load()).toEqual(weights[id]![name]);
    // What looks like a block is one, so that folding makes neither more nor fewer.
    const whole = foldDesign(design, {}).design;
    const again = await opened(withoutDesign(exported(whole, randomWeights(networkOf(whole), 'back'))), true);
    expect(costsOf(again.design)).toEqual(costsOf(whole));
    if (!isSayable(whole)) return;
    expect(inAnyOrder(again.design)).toBe(inAnyOrder(sayable(whole)));
  });

  test.each(seeds)('random design %i: the graph alone computes the same', async (seed) => {
    const design = randomNetwork(seed);
    const network = networkOf(design);
    const weights = randomWeights(network, String(seed));
    const bytes = exported(design, weights);
    const back = await opened(withoutDesign(bytes));
    const input = randomInput(network.steps[0]!.outputDims[0]!, `in ${seed}`);
    const run = async (which: Design, store: WeightTensors) => {
      const session = await DesignSession.create(which, { backend: 'reference', weights: store });
      return (await session.run({ input })).output!;
    };
    const expected = await run(design, weights);
    const got = await run(back.design, await loadWeights(back.weights));
    expect(got.dims).toEqual(expected.dims);
    expect(largestError(got.data, expected.data)).toBeLessThan(1e-5);
  });
});

describe.skipIf(!peersInstalled())('ONNX export, read by onnxruntime', () => {
  test.each(seeds)('random design %i gives the same outputs', async (seed) => {
    const design = randomNetwork(seed);
    const network = networkOf(design);
    const weights = randomWeights(network, String(seed));
    const input = randomInput(network.steps[0]!.outputDims[0]!, `in ${seed}`);
    const peer = await openInOnnxruntime(exported(design, weights));
    const expected = (await peer.run({ input })).output!;
    const session = await DesignSession.create(design, { backend: 'reference', weights });
    const got = (await session.run({ input })).output!;
    expect(got.dims).toEqual([...expected.dims]);
    expect(largestError(got.data, expected.data)).toBeLessThan(1e-4);
  });
});

import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import type { AnyRule } from '../../shared/lint/define.ts';
import { rules } from '../../shared/lint/rules.ts';
import { lint, previewFix } from '../../shared/lint/run.ts';
import type { WeightStore } from '../../shared/runtime/backend.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { randomStream, seededWeights } from '../../shared/runtime/weights.ts';

function random(dims: readonly number[], name: string): Tensor {
  const next = randomStream(name);
  const tensor = Tensor.zeros(dims);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 2 * next() - 1;
  return tensor;
}

/** As after a training: every weight is something, biases and running means too. */
function trainedWeights(design: Design): Record<string, Record<string, Tensor>> {
  const network = flatten(analyze(design));
  if (!network.ok) throw new Error(network.problems[0]?.message);
  return Object.fromEntries(
    Object.entries(seededWeights(network.value, 0)).map(([id, tensors]) => [
      id,
      Object.fromEntries(
        Object.entries(tensors).map(([name, { dims }]) => {
          const tensor = random(dims, `${id}/${name}`);
          // A variance is positive.
          if (name === 'running_var')
            for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 1 + tensor.data[i]! ** 2;
          return [name, tensor];
        }),
      ),
    ]),
  );
}

/** What the design gives for one random picture, whatever the size of its input. */
async function outputsOf(design: Design, weights: WeightStore): Promise<readonly number[]> {
  const session = await DesignSession.create(design, { backend: 'reference', weights });
  const shape = design.nodes.input!.params.shape as readonly number[];
  const outputs = await session.run({ input: random([1, ...shape], 'picture') });
  await session.release();
  return Object.keys(outputs)
    .sort()
    .flatMap((name) => [...outputs[name]!.data]);
}

/** An output behind every node that leads nowhere. */
function withOutputs(design: Design): Design {
  const used = new Set(Object.values(design.wires).map(({ from }) => from.node));
  const ends = Object.keys(design.nodes).filter((id) => !used.has(id) && design.nodes[id]!.kind !== 'output');
  return produce(design, (draft) => {
    for (const id of ends) {
      addNode(`${id}_result`, newNode('output'))(draft);
      connect({ node: id, port: 'out' }, { node: `${id}_result`, port: 'in' })(draft);
    }
  });
}

/** The bias taken out of the weights as the rule says it can be: into the running mean of the normalisation behind. */
function withoutBias(
  weights: Record<string, Record<string, Tensor>>,
  layer: string,
  norm: string,
): WeightStore {
  const { bias, ...rest } = weights[layer]!;
  const mean = weights[norm]!.running_mean!;
  const lowered = new Tensor(
    'float32',
    mean.data.map((value, i) => value - bias!.data[i]!),
    mean.dims,
  );
  return { ...weights, [layer]: rest, [norm]: { ...weights[norm], running_mean: lowered } };
}

/** The normalisation behind a layer. */
function normBehind(design: Design, layer: NodeId): NodeId {
  return Object.values(design.wires).find(({ from }) => from.node === layer)!.to.node;
}

describe('safe fixes keep what a trained network computes', () => {
  const cases = Object.values<AnyRule>(rules).flatMap((rule) =>
    rule.examples.flatMap(({ title, spec }) => {
      const read = readSpecObject(spec);
      if (!read.ok) throw new Error(read.problems[0]?.message);
      const off = Object.fromEntries(Object.keys(rules).map((id) => [id, { severity: 'off' as const }]));
      const settings = { ...off, [rule.id]: { severity: rule.severity } };
      const design = withOutputs({ ...read.value, lint: { preset: 'recommended', rules: settings } });
      return lint(design, analyze(design))
        .findings.filter(({ fix }) => fix?.safety === 'safe')
        .map(({ node }) => ({ title: `${rule.id}: ${title}: ${node}`, rule, design, layer: node! }));
    }),
  );

  it('are offered by the rules that have them', () => {
    expect([...new Set(cases.map(({ rule }) => rule.id))].sort()).toEqual([
      'idle-layer',
      'pool-before-relu',
      'redundant-activation',
      'redundant-bias-before-bn',
    ]);
  });

  it.each(cases)('$title', async ({ rule, design, layer }) => {
    const weights = trainedWeights(design);
    const finding = lint(design, analyze(design)).findings.find(
      ({ node, fix }) => node === layer && fix?.safety === 'safe',
    );
    const fixed = previewFix(design, finding!.fix!);
    const moved =
      rule.id === 'redundant-bias-before-bn'
        ? withoutBias(weights, layer, normBehind(design, layer))
        : weights;
    const [before, after] = [await outputsOf(design, weights), await outputsOf(fixed, moved)];
    expect(after).toHaveLength(before.length);
    for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 4);
    expect(new Set(before).size).toBeGreaterThan(1);
  });
});

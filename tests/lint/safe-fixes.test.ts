import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import type { Design } from '../../shared/graph/design.ts';
import { lint, previewFix } from '../../shared/lint/run.ts';
import type { WeightStore } from '../../shared/runtime/machine.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { randomStream, seededWeights } from '../../shared/runtime/weights.ts';

const spec = {
  netwright: 1,
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 12, 12] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 5 } },
    { id: 'bn', kind: 'batchNorm', from: 'conv' },
    { id: 'relu', kind: 'relu', from: 'bn' },
    { id: 'pool', kind: 'avgPool', from: 'relu' },
    { id: 'again', kind: 'relu', from: 'pool' },
    { id: 'gap', kind: 'globalAvgPool', from: 'again' },
    { id: 'fc', kind: 'linear', from: 'gap', params: { features: 4 } },
    { id: 'bn2', kind: 'batchNorm', from: 'fc' },
    { id: 'output', kind: 'output', from: 'bn2' },
  ],
};

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

async function outputOf(design: Design, weights: WeightStore): Promise<readonly number[]> {
  const session = await DesignSession.create(design, { backend: 'reference', weights });
  const { output } = await session.run({ input: random([1, 3, 12, 12], 'picture') });
  await session.release();
  return [...output!.data];
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

describe('safe fixes keep what a trained network computes', () => {
  const read = readSpecObject(spec);
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const design = read.value;
  const safe = lint(design, analyze(design)).findings.filter(({ fix }) => fix?.safety === 'safe');
  const cases = safe.map((finding) => ({ title: `${finding.rule} on ${finding.node}`, finding }));

  it('are offered for both rules that have them', () => {
    expect(cases.map(({ title }) => title).sort()).toEqual([
      'redundant-activation on again',
      'redundant-bias-before-bn on conv',
      'redundant-bias-before-bn on fc',
    ]);
  });

  it.each(cases)('$title', async ({ finding }) => {
    const weights = trainedWeights(design);
    const fixed = previewFix(design, finding.fix!);
    const norm = finding.node === 'conv' ? 'bn' : 'bn2';
    const moved =
      finding.rule === 'redundant-bias-before-bn' ? withoutBias(weights, finding.node!, norm) : weights;
    const [before, after] = [await outputOf(design, weights), await outputOf(fixed, moved)];
    for (const [i, value] of after.entries()) expect(value).toBeCloseTo(before[i]!, 5);
    expect(new Set(before).size).toBeGreaterThan(1);
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isIssue } from '../../shared/base/problem.ts';
import { layerOf } from '../../shared/layers/index.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';
import { digestOf } from './digest.ts';
import { type RecordedCase, recordedFile } from './recorded.ts';
import { randomTensor, randomWeights } from './tensors.ts';

const recorded = readFileSync(recordedFile, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedCase);
const kinds = [...new Set(recorded.map(({ kind }) => kind))];

test.each(kinds)('%s gives what PyTorch gave', (kind) => {
  const cases = recorded.filter((each) => each.kind === kind);
  expect(cases.length).toBeGreaterThan(10);
  const layer = layerOf(kind);
  for (const { params: own, seed, inputs: dims, outputs: expected } of cases) {
    const params: ParamValues = { ...defaultsOf(layer.params), ...own };
    const about = `${JSON.stringify(own)} on ${dims.map((each) => each.join('×')).join(', ')}`;
    const outputs = layer.shape({ params, inputs: dims });
    if (isIssue(outputs)) throw new Error(`${about}: ${outputs.message}`);
    const results = layer.forward({
      params,
      inputs: dims.map((each, i) => randomTensor(each, seed + i)),
      weights: randomWeights(layer.weights({ params, inputs: dims }), seed),
      outputs,
      tally: { macs: 0, otherOps: 0 },
    });
    for (const [port, right] of expected.entries()) {
      const { data, dims: found } = results[port]!;
      expect(found, about).toEqual(right.dims);
      expect(outputs[port], about).toEqual(right.dims);
      const { sum, tolerance } = digestOf(data, found);
      expect(Math.abs(sum - right.sum), `${about}: the sum is ${sum}, not ${right.sum}`).toBeLessThanOrEqual(
        tolerance + 1e-8 * Math.abs(right.sum),
      );
    }
  }
});

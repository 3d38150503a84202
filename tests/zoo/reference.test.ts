import { readFileSync } from 'node:fs';
import { produce } from 'immer';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { hasReference, referencePath } from '../conformance/reference-data.ts';

interface CostEntry {
  readonly model: string;
  readonly source: string;
  readonly params: number;
  /** In 1e9 multiply-adds: to three decimals by torchvision, exact by netscope. */
  readonly gmacs?: number;
  readonly input: readonly number[];
}

const { entries } = (
  hasReference ? JSON.parse(readFileSync(referencePath('costs.json'), 'utf8')) : { entries: [] }
) as { readonly entries: readonly CostEntry[] };

function totalsAt(id: string, input: readonly number[]) {
  const design = produce(zooEntry(id)!.build(), setParams(['input'], { shape: input.slice(1) }));
  return analyze(design).totals;
}

const torchvision = entries
  .filter(({ source }) => source.startsWith('torchvision'))
  .map((entry) => [entry.model, entry] as const);

/** What the published figure of a network counts besides the network that is used: torchvision's auxiliary head. */
const auxiliaryParams: Readonly<Record<string, number>> = { inception_v3: 3_326_696 };

/** Caffe's models as netscope counts them, by their name here. */
const caffe: Readonly<Record<string, string>> = {
  caffe_mnist_lenet: 'lenet',
  caffe_bvlc_alexnet: 'alexnet-original',
  caffe_resnet_50: 'resnet50-original',
  caffe_squeezenet_v11: 'squeezenet1_1',
  caffe_vgg_16: 'vgg16',
};

describe.skipIf(!hasReference)('the zoo against published tables', () => {
  test('they have the networks in common', () => {
    expect(torchvision.filter(([id]) => !zooEntry(id))).toEqual([]);
    expect(torchvision.length).toBeGreaterThan(35);
    expect(entries.filter(({ model }) => caffe[model])).toHaveLength(5);
  });

  test.each(torchvision)('%s as torchvision states it', (id, { params, gmacs, input }) => {
    const totals = totalsAt(id, input);
    expect(totals.params + (auxiliaryParams[id] ?? 0)).toBe(params);
    expect((totals.macs / 1e9).toFixed(3)).toBe(gmacs!.toFixed(3));
  });

  test.each(entries.flatMap((entry) => (caffe[entry.model] ? [[caffe[entry.model]!, entry] as const] : [])))(
    '%s as netscope counts it, to the last multiply-add',
    (id, { gmacs, input }) => {
      expect(totalsAt(id, input).macs).toBe(Math.round(gmacs! * 1e9));
    },
  );
});

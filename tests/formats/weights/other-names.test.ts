import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { Dims } from '../../../shared/base/dims.ts';
import { matchWeights } from '../../../shared/formats/checkpoints/match.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const load = () => Promise.reject(new Error('Only names are matched here.'));

/** What timm 1.0.29's `create_model(…).state_dict()` has, by our name of the network: `network tensor extents`. */
const lines = readFileSync(join(import.meta.dirname, 'timm-names.txt'), 'utf8')
  .trim()
  .split('\n');
const files = new Map<string, Map<string, Dims>>();
for (const line of lines) {
  const [network, name, dims] = line.split(' ') as [string, string, string];
  files.set(network, (files.get(network) ?? new Map()).set(name, dims.split('x').map(Number)));
}

const reportOf = (network: string, tensors: ReadonlyMap<string, Dims>) => {
  const design = zooEntry(network)!.build();
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new Error(flat.problems[0]!.message);
  const lazy = new Map([...tensors].map(([name, dims]) => [name, { dims, load }] as const));
  return matchWeights(design, flat.value, { tensors: lazy, ordered: false }).report;
};
const whole = { missing: [], misfits: [], unexpected: [] };

describe('Weights of other collections have their place, by name and shape', () => {
  test.each([...files])("timm's %s", (network, tensors) => {
    expect(tensors.size).toBeGreaterThan(100);
    expect(reportOf(network, tensors)).toMatchObject({ ...whole, loaded: tensors.size });
  });

  // Its converter puts "backbone." before torchvision's names, and "head." before those of the classifier.
  test("mmpretrain's ResNet-18", () => {
    const design = zooEntry('resnet18')!.build();
    const flat = flatten(analyze(design));
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    const plain = new Map<string, Dims>([
      ['conv1.weight', [64, 3, 7, 7]],
      ['bn1.running_mean', [64]],
      ['layer2.0.downsample.0.weight', [128, 64, 1, 1]],
      ['layer4.1.conv2.weight', [512, 512, 3, 3]],
      ['fc.weight', [1000, 512]],
      ['fc.bias', [1000]],
    ]);
    const converted = [...plain].map(
      ([name, dims]) => [`${name.startsWith('fc') ? 'head' : 'backbone'}.${name}`, dims] as const,
    );
    expect(reportOf('resnet18', new Map(converted))).toMatchObject({
      loaded: 6,
      misfits: [],
      unexpected: [],
    });
  });
});

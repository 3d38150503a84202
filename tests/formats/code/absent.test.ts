import { expect, test } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { exportKeras } from '../../../shared/formats/keras/export.ts';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';

const absent = ['weight', 'bias'];
const nodes = [
  { id: 'input', kind: 'input', params: { shape: [8, 6, 6] } },
  ...[
    { id: 'batch', kind: 'batchNorm' },
    { id: 'group', kind: 'groupNorm', params: { groups: 4 } },
    { id: 'instance', kind: 'instanceNorm' },
    { id: 'layer', kind: 'layerNorm', params: { axis: -1 } },
  ].map((norm, i, all) => ({
    ...norm,
    from: all[i - 1]?.id ?? 'input',
    parameters: 0,
    state: { absent },
  })),
  { id: 'output', kind: 'output', from: 'layer' },
];

test('norms that learn no factors keep none in code, and have no parameters', () => {
  const read = readSpec(JSON.stringify({ netwright: 3, name: 'Plain', nodes }));
  if (!read.ok) throw new Error(read.problems[0]!.message);
  const design = read.value;
  expect(analyze(design).totals.params).toBe(0);
  expect(JSON.parse(writeSpec(design)).nodes[1].state).toEqual({ absent });
  const [torch, keras] = [exportPyTorch(design), exportKeras(design)];
  if (!torch.ok || !keras.ok) throw new Error('Both can be written.');
  for (const line of [
    'nn.BatchNorm2d(8, affine=False)',
    'nn.GroupNorm(4, 8, affine=False)',
    'nn.InstanceNorm2d(8)',
    'nn.LayerNorm(6, elementwise_affine=False)',
  ])
    expect(torch.value.code).toContain(line);
  expect([...torch.value.stateKeys.keys()].filter((key) => key.endsWith('/weight'))).toEqual([]);
  expect(keras.value.code.match(/center=False, scale=False/g)?.length).toBe(4);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { totalOperations } from '../../../shared/analysis/conventions.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { pythonWith } from '../../peers/python.ts';
import { thoroughness } from '../../thorough.ts';

const python = pythonWith('torch', 'torchvision');

/** One of each family whose operations are all layers here. */
const cheap = ['resnet50', 'mobilenet_v3_small', 'squeezenet1_1', 'shufflenet_v2_x0_5'];
const others = [
  'alexnet',
  'convnext_tiny',
  'densenet121',
  'efficientnet_b0',
  'efficientnet_v2_s',
  'googlenet',
  'inception_v3',
  'mnasnet0_5',
  'mobilenet_v2',
  'regnet_x_400mf',
  'regnet_y_400mf',
  'resnet18',
  'resnext50_32x4d',
  'vgg11_bn',
  'vit_b_32',
  'wide_resnet50_2',
];
const models = thoroughness > 0 ? [...cheap, ...others] : cheap;

interface Told {
  readonly params: number;
  readonly macs: number;
  readonly untaken?: readonly string[];
}

describe.skipIf(python === undefined)("torchvision's modules as designs", () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-modules-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const designOf = (model: string) => {
    const result = readSpec(readFileSync(join(folder, `${model}.netwright.json`), 'utf8'));
    if (!result.ok) throw new Error(result.problems[0]!.message);
    return result.value;
  };

  it('have the parameters and multiply-adds that PyTorch counts, and its classes as blocks', () => {
    const said = execFileSync(
      python!,
      ['tests/formats/pytorch/count_modules.py', 'assets/python', folder, ...models],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const told: Readonly<Record<string, Told>> = JSON.parse(said);
    const found = Object.fromEntries(
      models.map((model) => {
        const { problems, totals } = analyze(designOf(model));
        expect(problems, model).toEqual([]);
        return [model, { params: totals.params, macs: totalOperations(totals, 'mac') }];
      }),
    );
    expect(found).toEqual(told);

    const { nodes, blocks } = designOf('resnet50');
    const stages = ['layer1', 'layer2', 'layer3', 'layer4'].map((stage) =>
      Object.entries(nodes)
        .filter(([id]) => id.startsWith(`${stage}.`))
        .reduce((sum, [, { params }]) => {
          expect(blocks[String(params.block)]?.class?.name).toBe('Bottleneck');
          return sum + Number(params.repeat ?? 1);
        }, 0),
    );
    expect(stages).toEqual([3, 4, 6, 3]);
  }, 600_000);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { FileSource } from '../../../cli/file-source.ts';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { totalOperations } from '../../../shared/analysis/conventions.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { matchWeights } from '../../../shared/formats/checkpoints/match.ts';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { registerCpu } from '../../conformance/backends.ts';
import { pythonWith } from '../../peers/python.ts';
import { thoroughness } from '../../thorough.ts';

const python = pythonWith('torch', 'torchvision');

/** One of each family, with an input that is small for it: those whose parts have a size of their own keep theirs. */
const families = {
  alexnet: 64,
  convnext_tiny: 64,
  densenet121: 64,
  efficientnet_b0: 64,
  efficientnet_v2_s: 64,
  googlenet: 64,
  inception_v3: 128,
  maxvit_t: 224,
  mnasnet0_5: 64,
  mobilenet_v2: 64,
  mobilenet_v3_small: 64,
  regnet_x_400mf: 64,
  regnet_y_400mf: 64,
  resnet50: 64,
  resnext50_32x4d: 64,
  shufflenet_v2_x0_5: 64,
  squeezenet1_1: 64,
  swin_t: 224,
  swin_v2_t: 256,
  vgg11_bn: 224,
  vit_b_32: 224,
  wide_resnet50_2: 64,
} as const;
/** Fully connected layers of 123 million parameters. */
const heavy: readonly string[] = ['vgg11_bn'];
/** Pools to 6×6 whatever comes in, which only its own input is a multiple of. */
const own: Readonly<Record<string, number>> = { alexnet: 224 };
const quick: readonly string[] = ['shufflenet_v2_x0_5', 'mobilenet_v3_small'];
const runs = Object.entries(families).filter(([name]) =>
  thoroughness > 0 ? !heavy.includes(name) : quick.includes(name),
);

interface Told {
  readonly params: number;
  readonly macs: number;
  readonly untaken?: readonly string[];
}

/** What was not taken, but for what is only said: larger constants that code makes lie with the weights. */
const lost = ({ untaken = [] }: Partial<Told>): readonly string[] =>
  untaken.filter((line) => !line.includes('numbers that the code makes: they lie with the weights'));

describe.skipIf(python === undefined)("torchvision's modules as designs", () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-modules-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const told = (step: string, ...names: readonly string[]) =>
    JSON.parse(
      execFileSync(
        python!,
        ['tests/formats/pytorch/count_modules.py', step, 'assets/python', folder, ...names],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      ),
    );

  const designOf = (model: string): Design => {
    const result = readSpec(readFileSync(join(folder, `${model}.netwright.json`), 'utf8'));
    if (!result.ok) throw new Error(result.problems[0]!.message);
    return result.value;
  };

  it('have the parameters and multiply-adds that PyTorch counts, and its classes as blocks', () => {
    const models: readonly string[] = thoroughness > 0 ? told('families') : Object.keys(families);
    if (thoroughness > 0) expect(models.length).toBeGreaterThanOrEqual(80);
    const counted: Readonly<Record<string, Told>> = told('count', ...models);
    const found = Object.fromEntries(
      models.map((model) => {
        const { problems, totals } = analyze(designOf(model));
        expect(problems, model).toEqual([]);
        return [model, { params: totals.params, macs: totalOperations(totals, 'mac') }];
      }),
    );
    const numbers = Object.entries(counted).map(([model, { params, macs }]) => [model, { params, macs }]);
    expect(found).toEqual(Object.fromEntries(numbers));
    // Larger constants that code makes, such as Swin-v2's distances, lie with the weights, which is said.
    for (const [model, each] of Object.entries(counted)) expect(lost(each), model).toEqual([]);

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

    // Shuffles and halves hold no extents: blocks that differ in width alone are one class again.
    const written = exportPyTorch(designOf('shufflenet_v2_x0_5'));
    if (!written.ok) throw new Error(written.problems[0]!.message);
    const classes = [...written.value.code.matchAll(/^class (InvertedResidual\w*)/gm)].map(
      ([, name]) => name,
    );
    expect(classes.sort()).toEqual(['InvertedResidual', 'InvertedResidualBranch1']);
  }, 600_000);

  it('have them too where they segment, or carry detectors', () => {
    const all: readonly string[] = told('others');
    expect(all.length).toBe(9);
    const light = ['lraspp_mobilenet_v3_large', 'fasterrcnn_mobilenet_v3_large_fpn.backbone'];
    const models = thoroughness > 0 ? all : all.filter((name) => light.includes(name));
    const counted: Readonly<Record<string, Told>> = told('count', ...models);
    for (const model of models) {
      const { problems, totals } = analyze(designOf(model));
      expect(problems, model).toEqual([]);
      const found = { params: totals.params, macs: totalOperations(totals, 'mac') };
      expect(found, model).toEqual(counted[model]);
    }
  }, 300_000);

  describe('give their outputs here', () => {
    beforeAll(async () => {
      await registerCpu();
      const written = told('run', ...runs.map(([name, extent]) => `${name}:${own[name] ?? extent}`));
      for (const [name, each] of Object.entries<Partial<Told>>(written)) expect(lost(each), name).toEqual([]);
    }, 600_000);

    test.each(runs)(
      '%s',
      async (name, small) => {
        const extent = own[name] ?? small;
        const design = designOf(name);
        const source = await FileSource.open(join(folder, `${name}.safetensors`));
        try {
          const read = await readWeights(`${name}.safetensors`, source);
          const network = flatten(analyze(design));
          if (!read.ok || !network.ok) throw new Error('The design or its weights cannot be read.');
          const { weights, report } = matchWeights(design, network.value, read.value);
          expect(report.loaded).toBe(report.wanted);
          const session = await DesignSession.create(design, {
            backend: 'cpu',
            weights: await loadWeights(weights),
          });
          const input = new Tensor('float32', floats(`${name}.in`), [1, 3, extent, extent]);
          const { output } = await session.run({ input });
          await session.release();
          const expected = floats(`${name}.out`);
          const largest = Math.max(...expected.map(Math.abs));
          // Numbers that all vanish would agree with anything.
          expect(largest).toBeGreaterThan(1e-3);
          expect(output!.data.length).toBe(expected.length);
          // Networks that were not trained may give large numbers: what is lost is told by the largest.
          const error = expected.reduce(
            (most, value, i) => Math.max(most, Math.abs(value - output!.data[i]!)),
            0,
          );
          expect(error / Math.max(1, largest)).toBeLessThan(1e-4);
        } finally {
          await source.close();
        }
      },
      120_000,
    );
  });

  function floats(name: string): Float32Array {
    return new Float32Array(new Uint8Array(readFileSync(join(folder, name))).buffer);
  }
});

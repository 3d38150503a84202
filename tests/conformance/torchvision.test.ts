import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { produce } from 'immer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import type { Design } from '../../shared/graph/design.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { ModelError, openModel } from '../../shared/models/open-model.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { pythonWith } from '../peers/python.ts';
import { thoroughness } from '../thorough.ts';
import { registerCpu } from './backends.ts';
import { largestError } from './reference-data.ts';

const python = pythonWith('torchvision', 'onnx');

/**
 * Input sizes are small where the network takes them: alexnet's pool before its first layer asks for 224, and gets a
 * classifier of 64 features, as nine tenths of its weights are there; it is whole among the others.
 */
const named = {
  alexnet: '224:narrow',
  googlenet: 96,
  resnet18: 96,
  squeezenet1_1: 96,
  mobilenet_v2: 96,
} as const;

/** One of every other family that classifies. */
const others = {
  alexnet: 224,
  vgg11: 224,
  vgg11_bn: 224,
  squeezenet1_0: 96,
  inception_v3: 128,
  resnet50: 96,
  resnext50_32x4d: 96,
  wide_resnet50_2: 96,
  densenet121: 96,
  shufflenet_v2_x0_5: 96,
  shufflenet_v2_x1_0: 96,
  mnasnet0_5: 96,
  mobilenet_v3_small: 96,
  mobilenet_v3_large: 96,
  efficientnet_b0: 96,
  efficientnet_v2_s: 96,
  regnet_x_400mf: 96,
  regnet_y_400mf: 96,
  convnext_tiny: 96,
  swin_t: 224,
  swin_v2_t: 256,
  vit_b_16: 224,
  maxvit_t: 224,
} as const;

const folder = mkdtempSync(join(tmpdir(), 'netwright-torchvision-'));
afterAll(() => rmSync(folder, { recursive: true }));

function floats(file: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer);
}

/** Each `name:size`, and further options behind the size. */
function exportAll(...args: readonly string[]): void {
  const script = join(import.meta.dirname, 'torchvision_export.py');
  const { status, stderr } = spawnSync(python!, [script, folder, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** How far our output is from PyTorch's, by 1 + |its value|; or why there is none. */
async function compare(
  name: string,
  size: number,
  options: { readonly fold?: boolean } = {},
): Promise<number | string> {
  if (existsSync(join(folder, `${name}.txt`))) {
    return `PyTorch does not export it: ${readFileSync(join(folder, `${name}.txt`), 'utf8').slice(0, 300)}`;
  }
  const source = bytesSource(readFileSync(join(folder, `${name}.onnx`)));
  try {
    const session = await openModel(source, { backend: 'cpu', threads: 2, ...options });
    const x = new Tensor('float32', floats(`${name}.in`), [1, 3, size, size]);
    const outputs = await session.run({ [session.inputNames[0]!]: x });
    await session.release();
    const expected = floats(`${name}.out`);
    // Numbers that all vanish would agree with anything.
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3);
    return largestError(outputs[session.outputNames[0]!]!.data, expected);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return `refused: ${error.problems.map(({ message }) => message).join(' ')}`;
  }
}

// One start of Python writes what all of them read.
beforeAll(async () => {
  if (python === undefined) return;
  await registerCpu();
  exportAll(
    ...Object.entries(named).map(([name, size]) => `${name}:${size}`),
    ...['resnet18:96:whole', 'googlenet:96:whole', 'small_vit:32:whole', 'small_swin:64:whole'],
  );
}, 900_000);

describe.skipIf(python === undefined)("torchvision's own exports give PyTorch's outputs", () => {
  test.each(Object.entries(named))('%s', async (name, options) => {
    const size = Number.parseInt(String(options), 10);
    expect(statSync(join(folder, `${name}.onnx`)).size).toBeGreaterThan(1_000_000);
    expect(await compare(name, size)).toBeLessThan(1e-4);
  });
});

/** Residual, bottleneck and inception blocks in order, some parameters set aside. */
function blocksOf({ nodes }: Design, leftOut: ParamValues) {
  return Object.values(nodes).flatMap(({ kind, params }) =>
    isBlockKind(kind) && kind !== 'convBnRelu' ? [{ kind, params: { ...params, ...leftOut } }] : [],
  );
}

describe.skipIf(python === undefined)("torchvision's exports fold into the zoo's blocks", () => {
  const opened = async (file: string) => {
    const model = await importOnnx(bytesSource(readFileSync(join(folder, `${file}.onnx`))), { fold: true });
    if (!model.ok) throw new Error(model.problems[0]!.message);
    return model.value;
  };

  test.each(['resnet18', 'googlenet'])(
    "%s, its batch norms kept, is the zoo's in every figure",
    async (name) => {
      const zoo = zooEntry(name)!.build();
      const { design } = await opened(`${name}-whole`);
      expect(blocksOf(design, {})).toEqual(blocksOf(zoo, {}));
      const figures = (of: Design) => {
        const at96 = produce(of, setParams(['input'], { shape: [3, 96, 96] }));
        const { problems, totals } = analyze(of === design ? of : at96);
        expect(problems).toEqual([]);
        return {
          macs: totals.macs,
          params: totals.params,
          statistics: totals.statistics,
          depth: totals.depth,
        };
      };
      expect(figures(design)).toEqual(figures(zoo));
    },
  );

  test.each(['resnet18', 'googlenet'])('%s, its batch norms folded into the weights', async (name) => {
    const folded = { batchNorm: false };
    const { design } = await opened(name);
    expect(blocksOf(design, folded)).toEqual(blocksOf(zooEntry(name)!.build(), folded));
  });

  test.each(['resnet18-whole', 'googlenet-whole', 'resnet18', 'googlenet'])(
    "%s gives PyTorch's outputs",
    async (name) => expect(await compare(name, 96, { fold: true })).toBeLessThan(1e-4),
  );
});

/** The design, and the parameters that PyTorch counts. */
async function counted(stem: string) {
  const model = await importOnnx(bytesSource(readFileSync(join(folder, `${stem}.onnx`))));
  if (!model.ok) throw new Error(model.problems[0].message);
  const { design } = model.value;
  const right = Number(readFileSync(join(folder, `${stem}.params`), 'utf8'));
  const attentions = Object.values(design.nodes).filter(({ kind }) => kind === 'attention').length;
  return { params: analyze(design).totals.params, right, attentions };
}

describe.skipIf(python === undefined)('transformers of torchvision, exported as they are', () => {
  /** As many attentions as there are blocks, those over shifted windows too. */
  test.each([
    ['small_vit', 32, 2],
    ['small_swin', 64, 4],
  ] as const)("%s: PyTorch's parameters and outputs, every attention a layer", async (name, size, blocks) => {
    const { params, right, attentions } = await counted(`${name}-whole`);
    expect([params, attentions]).toEqual([right, blocks]);
    expect(await compare(`${name}-whole`, size)).toBeLessThan(1e-5);
  });
});

describe.skipIf(python === undefined || thoroughness === 0)('whole exports count as published', () => {
  test.each([
    ['resnet50', 96, 25_557_032, 0],
    ['convnext_tiny', 96, 28_589_128, 0],
    ['swin_t', 224, 28_288_354, 12],
    ['vit_b_16', 224, 86_567_656, 12],
  ] as const)(
    '%s',
    async (name, size, params, blocks) => {
      exportAll(`${name}:${size}:whole`);
      expect(await counted(`${name}-whole`)).toEqual({ params, right: params, attentions: blocks });
      rmSync(join(folder, `${name}-whole.onnx`), { force: true });
    },
    300_000,
  );
});

describe.skipIf(python === undefined || thoroughness === 0)(
  'every other family is taken that PyTorch exports',
  () => {
    test.each(Object.entries(others))(
      '%s',
      async (name, size) => {
        exportAll(`${name}:${size}`);
        const outcome = await compare(name, size);
        console.log(`${name}: ${outcome}`);
        rmSync(join(folder, `${name}.onnx`), { force: true });
        if (name === 'swin_v2_t') expect(outcome).toMatch(/^PyTorch does not export it/);
        else expect(outcome).toBeLessThan(1e-4);
      },
      300_000,
    );
  },
);

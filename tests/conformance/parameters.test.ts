import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { importOnnx } from '../../shared/formats/onnx/import.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { pythonWith } from '../peers/python.ts';
import { thoroughness } from '../thorough.ts';

const python = pythonWith('torchvision');
const folder = mkdtempSync(join(tmpdir(), 'netwright-parameters-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Exports networks and modules as they are trained, nothing folded, and says how many parameters PyTorch counts. */
function exported(names: readonly string[]): Readonly<Record<string, number>> {
  const script = join(import.meta.dirname, 'parameters_export.py');
  const { status, stdout, stderr } = spawnSync(python!, [script, folder, ...names], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function countedIn(name: string): Promise<number | string> {
  const opened = await importOnnx(bytesSource(readFileSync(join(folder, `${name}.onnx`))));
  if (!opened.ok) return opened.problems.map(({ message }) => message).join(' ');
  const { totals, problems } = analyze(opened.value.design);
  expect(problems).toEqual([]);
  return totals.params;
}

/** As their papers and torchvision's documentation have them; large ones only on demand. */
const networks = { resnet50: 25_557_032 } as const;
const large = { convnext_tiny: 28_589_128, swin_t: 28_288_354, vit_b_16: 86_567_656 } as const;

/** Modules of `parameters_export.py`, each a way in which learned numbers enter a network. */
const modules = [
  'linear_on_tokens',
  'layer_norm',
  'layer_norm_plain',
  'group_norm',
  'instance_norm_plain',
  'batch_norm_plain',
  'layer_scale',
  'class_token_and_positions',
  'positions_of_a_prefix',
  'one_number',
  'bias_of_one_channel',
  'weight_norm',
  'weight_norm_whole',
  'spectral_norm',
  'weight_standardisation',
  'low_rank',
  'relative_bias',
  'attention',
  'normalised_input',
  'equal_weights',
];

describe.skipIf(python === undefined)("parameters are PyTorch's, to the unit", () => {
  test('of modules, whatever way their numbers come in', async () => {
    const expected = exported(modules);
    const found: Record<string, number | string> = {};
    for (const name of modules) found[name] = await countedIn(name);
    expect(found).toEqual(expected);
  });

  test.each(Object.entries(thoroughness > 0 ? { ...networks, ...large } : networks))(
    'of %s',
    async (name, published) => {
      expect(exported([name])).toEqual({ [name]: published });
      expect(await countedIn(name)).toBe(published);
    },
  );
});

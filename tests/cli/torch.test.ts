import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from '../../cli/python.ts';
import { pythonWithTorch, TorchFailure } from '../../shared/disk/torch.ts';
import { pythonWith } from '../peers/python.ts';
import { runHere } from './in-process.ts';

const python = pythonWith('torch');
const model = `
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.head = nn.Linear(8, 10)

    def forward(self, x):
        print("hello")
        x = torch.relu(self.conv(x)).mean((2, 3))
        return self.head(x)


class Odd(Net):
    def forward(self, x):
        return self.head(torch.fft.fft(self.conv(x)).abs().mean((2, 3)))
`;

describe('the Python file that comes with the command', () => {
  it('lies where it is said to lie, and is copied', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netwright-torch-'));
    const { out, code } = await runHere('torch', '--print-path');
    expect(code).toBe(0);
    const copied = await runHere('torch', '--copy', folder);
    expect(readFileSync(copied.out.trim(), 'utf8')).toBe(readFileSync(out.trim(), 'utf8'));
    rmSync(folder, { recursive: true });
  });

  it('needs a Python that has torch, and says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netwright-without-'));
    writeFileSync(join(folder, 'python3'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const said = (env: NodeJS.ProcessEnv) =>
      pythonWithTorch(env).catch((error: unknown) =>
        error instanceof TorchFailure ? linesOf(error.problem).join(' ') : String(error),
      );
    expect(await said({ PATH: '/nowhere' })).toMatch(/no python3 on the path.*NETWRIGHT_PYTHON=/);
    expect(await said({ NETWRIGHT_PYTHON: '/nowhere/python3' })).toMatch(/no torch/);
    expect(await said({ PATH: folder })).toContain(`None of ${join(folder, 'python3')} has torch.`);
    // The one of an active environment comes before those on the path.
    const own = join(folder, 'own');
    mkdirSync(join(own, 'bin'), { recursive: true });
    writeFileSync(join(own, 'bin', 'python3'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    expect(await pythonWithTorch({ PATH: folder, VIRTUAL_ENV: own })).toBe(join(own, 'bin', 'python3'));
    rmSync(folder, { recursive: true });
  });
});

describe.skipIf(python === undefined)("modules of one's own", () => {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-modules-'));
  const file = join(folder, 'model.py');
  const before = process.env.NETWRIGHT_PYTHON;
  beforeAll(() => {
    process.env.NETWRIGHT_PYTHON = python;
    writeFileSync(file, model);
  });
  afterAll(() => {
    if (before === undefined) delete process.env.NETWRIGHT_PYTHON;
    else process.env.NETWRIGHT_PYTHON = before;
    rmSync(folder, { recursive: true });
  });

  it('are told as designs are, by every command', async () => {
    const { out, err, code } = await runHere(
      'summary',
      `${file}:Net`,
      '--shape',
      '3,32,32',
      '--format',
      'json',
    );
    expect([code, err]).toEqual([0, '']);
    const told: { totals: unknown } = JSON.parse(out);
    // 3·8·9 + 8 and 8·10 + 10; each filter once for each of 32·32 places.
    expect(told.totals).toMatchObject({ params: 224 + 90, macs: 216 * 1024 + 80 });
  }, 120_000);

  it('are watched: costs, findings and budget of what is saved', async () => {
    const { out, code } = await runHere('watch', `${file}:Net`, '--shape', '3,32,32', '--once');
    expect(code).toBe(0);
    expect(out).toContain('conv');
  }, 120_000);

  it('that do what no layer does have opaque layers there, each told with its line', async () => {
    const { out, err } = await runHere('summary', `${file}:Odd`, '--shape', '3,32,32', '--format', 'json');
    expect(out).toContain('"layer": "opaque"');
    expect(err).toMatch(/model\.py:20: fft_fft has no layer here/);
  }, 120_000);

  it('are asked for by name where there are several', async () => {
    const { err, code } = await runHere('summary', file);
    expect(code).toBe(2);
    expect(err).toMatch(/does not say what to call; write .*model\.py:Odd/);
  }, 120_000);
});

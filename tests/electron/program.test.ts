import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWithNoise } from '../e2e/runs.ts';
import { pythonWith } from '../peers/python.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { type Desktop, launchDesktop } from './harness/launch.ts';

const python = pythonWith('torch');

const program = (width: number) => `
import torch
from torch import nn

INPUTS = [(1, 3, 16, 16)]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, ${width}, 3, padding=1)
        self.head = nn.Linear(${width}, 10)

    def forward(self, x):
        return self.head(torch.relu(self.conv(x)).mean((2, 3)))
`;

describe.skipIf(!canLaunch || python === undefined)(
  'a PyTorch program in the desktop app (needs Chromium, a build, and PyTorch)',
  () => {
    let work = '';
    let file = '';
    let desktop: Desktop;
    const before = process.env.NETWRIGHT_PYTHON;

    beforeAll(async () => {
      process.env.NETWRIGHT_PYTHON = python;
      work = mkdtempSync(join(tmpdir(), 'netwright-program-'));
      file = join(work, 'model.py');
      writeFileSync(file, program(8));
      // 8·(27 + 1) + 10·(8 + 1) = 314 parameters; twice as wide they are 618.
      writeFileSync(join(work, 'netwright.config.json'), JSON.stringify({ budget: { params: '400' } }));
      desktop = await launchDesktop({ main });
    });
    afterAll(async () => {
      await desktop.close();
      rmSync(work, { recursive: true, force: true });
      if (before === undefined) delete process.env.NETWRIGHT_PYTHON;
      else process.env.NETWRIGHT_PYTHON = before;
    });

    const call = <T>(name: string, request: unknown): Promise<T> =>
      desktop.page.evaluate(([called, given]) => window.netwright[called]!(given) as Promise<T>, [
        name,
        request,
      ] as const);
    const open = async (answer?: number): Promise<void> => {
      desktop.answers.open.push(file);
      if (answer !== undefined) desktop.answers.messages.push(answer);
      await desktop.clickMenu('open');
    };
    const params = () => desktop.page.getByTestId('gauge-params').textContent();
    const mark = () => desktop.page.getByTestId('program').getAttribute('data-state');

    it('is run only after the host itself has asked, and a no is the answer to a closed dialog', async () => {
      await open();
      await expect.poll(() => desktop.asked.length, PATIENCE).toBe(1);
      expect(desktop.asked[0]!.message).toBe('Run model.py?');
      expect(desktop.asked[0]!.detail).toContain(file);
      expect(desktop.asked[0]!.detail).toContain(python);
      await expect.poll(() => desktop.page.getByTestId('opening').count(), PATIENCE).toBe(0);
      expect(desktop.window.title).not.toContain('Net ');
    });

    it('no page runs one by itself: what was not picked, not allowed, or is no name of a module is refused', async () => {
      desktop.answers.open.push(file);
      const { held } = await call<{ held: { ticket: string } }>('openFile', { kind: 'design' });
      const refusal = (name: string, request: unknown) =>
        call(name, request).then(
          () => 'not refused',
          (error: Error) => error.message,
        );
      const trace = { module: 'Net', inputs: [[3, 16, 16]] };
      expect(await refusal('traceProgram', { ...trace, ticket: held.ticket })).toMatch(/may not run/);
      expect(await refusal('traceProgram', { ...trace, ticket: 'made-up' })).toMatch(/may not run/);
      expect(await refusal('lookAtProgram', { ticket: 'made-up' })).toMatch(/right to read/);
      expect(await refusal('lookAtProgram', { ticket: held.ticket, path: '/etc/passwd' })).toMatch(
        /no member/,
      );
      // Allowed, but then asked for what is no module.
      desktop.answers.messages.push(0);
      await call('lookAtProgram', { ticket: held.ticket });
      for (const module of ['', '--help', 'os;x', 'Net --no-weights', '../x'])
        expect(await refusal('traceProgram', { ...trace, ticket: held.ticket, module }), module).toMatch(
          /may not run/,
        );
      await call('stopProgram', { ticket: held.ticket });
      expect(await refusal('traceProgram', { ...trace, ticket: held.ticket })).toMatch(/may not run/);
    }, 120_000);

    it('is its design, with its weights and what holds beside it', async () => {
      await open(0);
      await expect.poll(() => desktop.window.title, PATIENCE).toBe('Net — Netwright');
      await expect.poll(params, PATIENCE).toContain('314');
      await expect.poll(() => desktop.page.getByTestId('weights-cover').textContent()).toBe('all 4 loaded');
      expect(await mark()).toBe('current');
      expect(await runWithNoise(desktop.page)).toBeTruthy();
    }, 120_000);

    it('is followed: costs, findings and budget are worked out again whenever it is saved', async () => {
      await desktop.page.getByRole('tab', { name: /Problems/ }).click();
      expect(await desktop.page.getByTestId('over-budget').count()).toBe(0);
      writeFileSync(file, program(16));
      await expect.poll(params, PATIENCE).toContain('618');
      await desktop.page.getByTestId('over-budget').waitFor();
      // Nobody is asked again for the same file.
      expect(desktop.asked.length).toBe(3);
    }, 120_000);

    it('with a slip in it is told with file and line, and the design stays until it is mended', async () => {
      writeFileSync(file, `${program(16)}\n    def forward(self x)\n`);
      const bar = desktop.page.getByTestId('program-bar');
      await bar.waitFor();
      await expect.poll(() => bar.textContent()).toMatch(/model\.py:17: SyntaxError/);
      expect(await params()).toContain('618');
      writeFileSync(file, program(8));
      await expect.poll(params, PATIENCE).toContain('314');
      await expect.poll(() => bar.count(), PATIENCE).toBe(0);
      expect(desktop.errors).toEqual([]);
    }, 120_000);
  },
);

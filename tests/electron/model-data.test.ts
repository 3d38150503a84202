import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWithNoise } from '../e2e/runs.ts';
import { dataFile, insideModel, outsideModel } from '../fuzz/external-model.ts';
import { initializer, int, model, node, text } from '../fuzz/protobuf.ts';
import { canLaunch, main, PATIENCE } from './harness/built.ts';
import { type Desktop, launchDesktop } from './harness/launch.ts';

interface Held {
  readonly ticket: string;
  readonly sizeBytes: number;
}

describe.skipIf(!canLaunch)(
  'a model with its weights in a file beside it, in the desktop app (needs Chromium and a build)',
  () => {
    let work = '';
    let folder = '';
    let desktop: Desktop;

    beforeAll(async () => {
      work = mkdtempSync(join(tmpdir(), 'netwright-model-data-'));
      folder = join(work, 'models');
      mkdirSync(join(folder, 'deeper'), { recursive: true });
      mkdirSync(join(work, 'models-elsewhere'));
      writeFileSync(join(folder, 'small.onnx'), outsideModel('small.data'));
      writeFileSync(join(folder, 'small.data'), dataFile);
      writeFileSync(join(folder, 'deeper/small.data'), dataFile);
      writeFileSync(join(folder, 'inside.onnx'), insideModel);
      writeFileSync(join(work, 'secret'), 'not for the page');
      writeFileSync(join(work, 'models-elsewhere/secret'), 'not for the page');
      symlinkSync('../secret', join(folder, 'link'));
      symlinkSync('..', join(folder, 'up'));
      symlinkSync('small.data', join(folder, 'inner-link'));
      desktop = await launchDesktop({ main });
    });
    afterAll(async () => {
      await desktop.close();
      rmSync(work, { recursive: true, force: true });
    });

    const call = <T>(name: string, request: unknown): Promise<T> =>
      desktop.page.evaluate(([called, given]) => window.netwright[called]!(given) as Promise<T>, [
        name,
        request,
      ] as const);
    const refusal = (name: string, request: unknown): Promise<string> =>
      call(name, request).then(
        () => 'not refused',
        (error: Error) => error.message,
      );
    async function open(path: string): Promise<void> {
      desktop.answers.open.push(path);
      await desktop.clickMenu('open');
    }
    const isOpen = (name: string): Promise<void> =>
      expect.poll(() => desktop.window.title, PATIENCE).toBe(`${name} — Netwright`);
    async function pick(path: string): Promise<Held> {
      desktop.answers.open.push(path);
      const { held } = await call<{ held: Held }>('openFile', { kind: 'design' });
      return held;
    }

    it('runs with the weights of that file', async () => {
      await open(join(folder, 'inside.onnx'));
      await isOpen('inside');
      const expected = await runWithNoise(desktop.page);
      await open(join(folder, 'small.onnx'));
      await isOpen('small');
      await expect.poll(() => desktop.page.getByTestId('weights-cover').textContent()).toBe('all 1 loaded');
      expect(await runWithNoise(desktop.page)).toBe(expected);
    });

    it('a file that is not there is asked for, and one that shrank is told', async () => {
      const path = join(folder, 'lonely.onnx');
      writeFileSync(path, outsideModel('nowhere.data'));
      await open(path);
      const question = desktop.page.getByTestId('question');
      await question.waitFor();
      await expect.poll(() => question.textContent()).toContain('nowhere.data');
      const copy = join(folder, 'copy.data');
      writeFileSync(copy, dataFile);
      desktop.answers.open.push(copy);
      await question.locator('[data-choice=choose]').click();
      await isOpen('lonely');
      truncateSync(copy, 80);
      await desktop.page.locator('.run-controls button[type=submit]').click();
      const card = desktop.page.locator('.run-result .finding');
      await card.waitFor();
      await expect.poll(() => card.textContent()).toContain('changed by another program');
    });

    it('shows the costs of more weights than it would read at once', async () => {
      const features = 2 ** 20;
      const weightBytes = features * 192 * 4;
      const location = 'large.data';
      const transposed = [...text(1, 'transB'), ...int(3, 1), ...int(20, 2)];
      const large = model(
        ...['a', 'b'].map((name, i) =>
          initializer(name, {
            dims: [features, 192],
            external: { location, offset: String(i * weightBytes) },
          }),
        ),
        node('Flatten', ['x'], ['f']),
        node('Gemm', ['f', 'a'], ['p'], [transposed]),
        node('Gemm', ['f', 'b'], ['q'], [transposed]),
        node('Add', ['p', 'q'], ['y']),
      );
      writeFileSync(join(folder, 'large.onnx'), large);
      writeFileSync(join(folder, location), '');
      // Nothing but a hole, which takes no place on the disk.
      truncateSync(join(folder, location), 2 * weightBytes);
      await open(join(folder, 'large.onnx'));
      await isOpen('large');
      await expect
        .poll(() => desktop.page.getByTestId('gauge-params').textContent(), PATIENCE)
        .toContain('402.7 M');
    });

    it('reads pieces of what was picked, and of its folder, and of nothing else', async () => {
      const { ticket, sizeBytes } = await pick(join(folder, 'small.onnx'));
      expect(sizeBytes).toBe(outsideModel('small.data').length);
      for (const location of ['small.data', './small.data', 'deeper/small.data', 'inner-link']) {
        const held = await call<Held>('openBeside', { ticket, location });
        expect(held.sizeBytes).toBe(dataFile.length);
        const piece = await desktop.page.evaluate(
          async (own) =>
            Array.from(
              (await window.netwright.readPiece!({ ticket: own, offset: 64, lengthBytes: 8 })) as Uint8Array,
            ),
          held.ticket,
        );
        expect(piece).toEqual([...dataFile.subarray(64, 72)]);
        // A file that was not picked opens no others.
        expect(await call('openBeside', { ticket: held.ticket, location: 'small.onnx' })).toBeNull();
      }
      const outside = [
        '../secret',
        join(work, 'secret'),
        'link',
        'up/secret',
        '..',
        '.',
        '',
        'deeper',
        'nothing',
        'a\0b',
        '../models-elsewhere/secret',
        'small.onnx',
      ];
      for (const location of outside)
        expect(await call('openBeside', { ticket, location }), location).toBeNull();
      expect(await refusal('openBeside', { ticket: 'made-up', location: 'small.data' })).toMatch(
        /right to read/,
      );
      expect(await refusal('readPiece', { ticket: 'made-up', offset: 0, lengthBytes: 1 })).toMatch(
        /right to read/,
      );
      expect(await refusal('readPiece', { ticket, offset: sizeBytes, lengthBytes: 1 })).toMatch(
        /ends at byte/,
      );
      expect(await refusal('readPiece', { ticket, offset: -1, lengthBytes: 1 })).toMatch(/whole number/);
      expect(await refusal('readPiece', { ticket, offset: 0, lengthBytes: 2 ** 40 })).toMatch(/whole number/);
    });

    it('a change of the file ends the right to read it', async () => {
      const path = join(folder, 'changing.onnx');
      writeFileSync(path, insideModel);
      const { ticket } = await pick(path);
      writeFileSync(path, insideModel.slice(0, 90));
      expect(await refusal('readPiece', { ticket, offset: 0, lengthBytes: 1 })).toMatch(/changed by another/);
    });
  },
);

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { WideVectorsHere } from '../../../shared/disk/wide-vectors.ts';
import {
  compareVectors,
  pays,
  readTrialReport,
  type TrialReport,
} from '../../../shared/runtime/cpu/wide-vectors.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-wide-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const report = (milliseconds: number, sample: readonly number[] = [1, -2, 3]): TrialReport => ({
  variant: 'tall',
  milliseconds,
  sample,
});

test('wide vectors pay where they nearly double the product and give the same, and else do not', () => {
  expect(pays(compareVectors([report(4), report(5)], [report(2.1), report(9)]))).toBe(true);
  expect(pays(compareVectors([report(4)], [report(3.5)]))).toBe(false);
  // One trial that computes something else is enough.
  expect(pays(compareVectors([report(4)], [report(2), report(2, [1, -2, 3.01])]))).toBe(false);
  expect(pays(compareVectors([report(4)], [report(2, [1, -2])]))).toBe(false);
  // Rounding does not count.
  expect(compareVectors([report(4)], [report(2, [1.0001, -2, 3])])).toEqual({ gain: 2, agrees: true });
});

test.each([
  '',
  'null',
  '{}',
  '{"variant":"none","milliseconds":1,"sample":[1]}',
  '{"variant":"tall","milliseconds":0,"sample":[1]}',
  '{"variant":"tall","milliseconds":1,"sample":[]}',
  '{"variant":"tall","milliseconds":1,"sample":[null]}',
])('%s is no report of a trial', (text) => {
  expect(readTrialReport(text)).toBeUndefined();
});

test('what was measured is remembered, for this version, and measured anew where the note is damaged', async () => {
  const file = join(folder, 'deep', 'wide.json');
  let runs = 0;
  const run = async (isWide: boolean) => {
    runs++;
    return JSON.stringify(report(isWide ? 2 : 4));
  };
  const here = () => new WideVectorsHere(file, '1.0', run);
  expect(here().known()).toBeUndefined();
  expect(await here().find()).toEqual({ gain: 2, agrees: true });
  const once = runs;
  expect(await here().find()).toEqual({ gain: 2, agrees: true });
  expect(runs).toBe(once);
  expect(new WideVectorsHere(file, '1.1', run).known()).toBeUndefined();
  await writeFile(file, (await readFile(file, 'utf8')).replace('true', '"yes"'));
  expect(here().known()).toBeUndefined();
  expect(await here().find()).toEqual({ gain: 2, agrees: true });
  expect(runs).toBe(2 * once);
});

test('a trial that does not end well tells nothing, and is not remembered', async () => {
  const here = new WideVectorsHere(join(folder, 'wide.json'), '1.0', async (isWide) =>
    isWide ? 'Illegal instruction' : JSON.stringify(report(4)),
  );
  expect(await here.find()).toBeUndefined();
  expect(here.known()).toBeUndefined();
});

test('the real trial gives the same with wide vectors and without', async () => {
  const { outDir } = await buildKernels();
  const reports: TrialReport[] = [];
  for (const args of [[], ['wide']]) {
    const script = join(outDir, 'node-trial.mjs');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [script, ...args]);
    expect(stderr).toBe('');
    reports.push(readTrialReport(stdout)!);
  }
  expect(reports[0]!.sample.length).toBeGreaterThan(400);
  expect(reports[0]!.sample.some((value) => value > 1)).toBe(true);
  expect(compareVectors([reports[0]!], [reports[1]!]).agrees).toBe(true);
}, 60_000);

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from './in-process.ts';

const profile = join(import.meta.dirname, '../formats/measurements/resnet18.profile');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-times-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('times lays what onnxruntime measured over the layers, and says what is of none', async () => {
  const { code, out } = await runHere('times', 'zoo:resnet18', profile);
  expect(code).toBe(0);
  expect(out).toContain('resnet18.profile: 23 of 25 rows are of layers of the design.');
  expect(out).toContain('Of no layer: avgpool.map, ReorderOutput.');
  const { first } = JSON.parse((await runHere('times', 'zoo:resnet18', profile, '--format', 'json')).out);
  const events = JSON.parse(await readFile(profile, 'utf8')) as { cat: string; dur: number }[];
  const all = events.filter(({ cat }) => cat === 'Node').reduce((sum, { dur }) => sum + dur, 0) / 3000;
  expect(first.total).toBeCloseTo(all, 9);
});

it('two are compared, layers that either fused in one line', async () => {
  const [parts, fused] = [join(folder, 'parts.csv'), join(folder, 'fused.json')];
  await writeFile(parts, 'name,ms\nconv1,2\nrelu1,0.5\npool1,1\nfc8,4\n');
  await writeFile(
    fused,
    '[{"count":1},{"name":"conv1 + relu1","averageMs":1.5},{"name":"pool1","averageMs":1},{"name":"fc8","averageMs":5}]',
  );
  const { out } = await runHere('times', 'zoo:alexnet-original', parts, fused);
  const line = (start: string) => out.split('\n').find((each) => each.startsWith(start)) ?? '';
  expect(line('conv1 + relu1')).toMatch(/2\.500 +1\.500 +−40\.00 %/);
  expect(line('In all')).toMatch(/7\.500 +7\.500 +=/);
});

it('a file of no such kind is one clear line', async () => {
  const file = join(folder, 'other.json');
  await writeFile(file, '{"a": 1}');
  const { code, err } = await runHere('times', 'zoo:lenet', file);
  expect(code).toBe(2);
  expect(err).toContain('These are no measured times that are known here.');
  expect(err.trim().split('\n')).toHaveLength(1);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isIssue } from '../../shared/base/problem.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { resize } from '../../shared/layers/resize.ts';
import { defaultsOf } from '../../shared/schema/params.ts';
import { peersFolder, peersInstalled } from '../peers/install.ts';
import { cases, elements, factors, type ResizeRule, rules, sizes } from '../peers/resize.mjs';

/** What onnxruntime gave, summed up; `NETWRIGHT_RECORD=1` with the peers installed writes it anew. */
const recorded = join(import.meta.dirname, 'resize-expected.json');

const nameOf = ({ mode, coordinates, nearest, excludeOutside }: ResizeRule) =>
  [mode, coordinates, ...(mode === 'nearest' ? [nearest] : []), ...(excludeOutside ? ['inside'] : [])].join(
    ' ',
  );

type Outcome = { readonly of: string; readonly rule: ResizeRule; readonly data: ArrayLike<number> };

function* ours(): Iterable<Outcome> {
  for (const { rule, factor, size } of cases()) {
    const x = new Tensor('float32', elements(size), [1, 1, 1, size]);
    const params = { ...defaultsOf(resize.params), ...rule, scales: [1, factor] };
    const outputs = resize.shape({ params, inputs: [x.dims] });
    if (isIssue(outputs)) throw new Error(outputs.message);
    const tally = { macs: 0, otherOps: 0 };
    const [y] = resize.forward({ params, inputs: [x], weights: {}, outputs, tally });
    yield { of: `${nameOf(rule)}: ${size} by ${factor}`, rule, data: y!.data };
  }
}

function* theirs(file: string): Iterable<Outcome> {
  const all = new Float32Array(new Uint8Array(readFileSync(file)).buffer);
  let at = 0;
  for (const { rule, factor, size } of cases()) {
    const count = all[at++]!;
    yield { of: `${nameOf(rule)}: ${size} by ${factor}`, rule, data: all.subarray(at, at + count) };
    at += count;
  }
}

/**
 * Per rule, one number: for neighbours a hash of all that comes out, which says whether all are the same; otherwise a
 * weighted mean of it, which tells a single wrong element of some thousand apart from rounding.
 */
function digest(outcomes: Iterable<Outcome>): Readonly<Record<string, readonly number[]>> {
  const found: Record<string, { hash: number; sums: number[]; exact: boolean }> = {};
  let place = 0;
  for (const { rule, data } of outcomes) {
    const name = nameOf(rule);
    found[name] ??= { hash: 0x811c9dc5, sums: [], exact: rule.mode === 'nearest' };
    const row = found[name];
    const mix = (value: number) => {
      row.hash = Math.imul(row.hash ^ value, 0x01000193) >>> 0;
    };
    mix(data.length);
    let sum = 0;
    for (let i = 0; i < data.length; i++) {
      if (row.exact) mix(data[i]!);
      else sum += data[i]! * ((i % 7) + 1);
    }
    // One case in eleven: all factors and all sizes are among them.
    if (!row.exact && place++ % 11 === 0)
      row.sums.push(Number((sum / Math.max(1, data.length)).toPrecision(6)));
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, { hash, sums, exact }]) => [name, exact ? [hash] : sums]),
  );
}

describe('resize, over every rule, many factors and sizes', () => {
  test('there are as many cases as they should be', () => {
    expect([rules.length, factors.length, sizes.length]).toEqual([35, 40, 40]);
    expect([...cases()].length).toBeGreaterThan(50_000);
  });

  test('gives what onnxruntime gave when it was asked last', () => {
    const expected = JSON.parse(readFileSync(recorded, 'utf8'));
    const found = digest(ours());
    expect(Object.keys(found)).toEqual(Object.keys(expected));
    for (const [name, values] of Object.entries(found)) {
      const wanted: readonly number[] = expected[name];
      expect(values.length, name).toBe(wanted.length);
      if (values.length === 1) expect(values, name).toEqual(wanted);
      else {
        const off = values.filter(
          (value, i) => Math.abs(value - wanted[i]!) > 1e-4 * (1 + Math.abs(wanted[i]!)),
        );
        expect(off, name).toEqual([]);
      }
    }
  });

  test.skipIf(!peersInstalled())('gives what onnxruntime gives, number by number', () => {
    const folder = mkdtempSync(join(tmpdir(), 'netwright-resize-'));
    try {
      const file = join(folder, 'results.f32');
      const { status, stderr } = spawnSync('node', [join(peersFolder, 'resize.mjs'), file], {
        encoding: 'utf8',
      });
      expect(status, stderr).toBe(0);
      const wrong: string[] = [];
      const expected = theirs(file)[Symbol.iterator]();
      for (const { of, data } of ours()) {
        const { data: wanted } = expected.next().value as Outcome;
        const same =
          data.length === wanted.length &&
          Array.from(data).every(
            (value, i) => Math.abs(value - wanted[i]!) <= 1e-4 * (1 + Math.abs(wanted[i]!)),
          );
        if (!same) wrong.push(`${of}: ${Array.from(data).join(' ')} for ${Array.from(wanted).join(' ')}`);
      }
      expect(wrong).toEqual([]);
      const now = digest(theirs(file));
      if (process.env.NETWRIGHT_RECORD === '1') writeFileSync(recorded, `${JSON.stringify(now)}\n`);
      expect(now).toEqual(JSON.parse(readFileSync(recorded, 'utf8')));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

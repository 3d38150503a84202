import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openPage } from '../runtime/webgl/browser.ts';
import { thoroughness } from '../thorough.ts';
import { backends, registerCpu } from './backends.ts';
import type { Outcome } from './judge-case.ts';
import notPassed from './not-passed.json' with { type: 'json' };
import { hasReference, referencePath } from './reference-data.ts';
import { readCase, runCase } from './run-case.ts';
import type { ConformancePage, WrittenCase } from './webgl-page.ts';

declare const conformance: ConformancePage;

interface Case {
  readonly id: string;
  readonly op: string;
  readonly tier: 'core' | 'ext';
  readonly inputRank?: number;
}

const cases: readonly Case[] = hasReference
  ? JSON.parse(readFileSync(referencePath('onnx-conformance/manifest.json'), 'utf8')).cases
  : [];
const reasons: Readonly<Record<string, string>> = notPassed;
/** The list has this many entries; it may only shrink. */
const LONGEST_LIST = 20;

/** Compiling shaders is what takes the time, so the browser gets one case of each operator unless more is asked for. */
const thorough = thoroughness > 0;
const onBrowser = thorough
  ? cases
  : cases.filter(({ op }, at) => cases.findIndex((other) => other.op === op) === at);
/** Cases that are sent to the page at once. */
const TOGETHER = 25;

function writtenCase(folder: string): WrittenCase {
  const { model, sets } = readCase(folder);
  const written = (files: readonly Uint8Array[]) =>
    files.map((bytes) => Buffer.from(bytes).toString('base64'));
  return {
    model: Buffer.from(model).toString('base64'),
    sets: sets.map(({ inputs, outputs }) => ({ inputs: written(inputs), outputs: written(outputs) })),
  };
}

/** How many cases of each operator pass. */
function table(outcomes: ReadonlyMap<Case, Outcome>): string {
  const rows = new Map<string, { passed: number; all: number }>();
  for (const [{ op }, outcome] of outcomes) {
    const row = rows.get(op) ?? { passed: 0, all: 0 };
    rows.set(op, { passed: row.passed + Number(outcome.kind === 'passed'), all: row.all + 1 });
  }
  return [...rows].map(([op, { passed, all }]) => `${op.padEnd(24)}${passed}/${all}`).join('\n');
}

describe.skipIf(!hasReference)('ONNX operator conformance', () => {
  beforeAll(registerCpu);

  /** What the list does not say, and what is computed wrongly instead of being refused in words. */
  function surprisesIn(outcomes: ReadonlyMap<Case, Outcome>): readonly string[] {
    return [...outcomes].flatMap(([{ id }, outcome]) => {
      const passed = outcome.kind === 'passed';
      const said = passed ? 'passes, so take it off the list' : outcome.reason;
      return Object.hasOwn(reasons, id) === passed || outcome.kind === 'wrong' ? [`${id}: ${said}`] : [];
    });
  }

  test.each(backends)(
    'every case passes on %s, or the list says why not',
    async (backend) => {
      const outcomes = new Map<Case, Outcome>();
      for (const each of cases)
        outcomes.set(each, await runCase(referencePath('onnx-conformance', each.id), backend));
      console.log(`${backend}\n${table(outcomes)}`);
      expect(surprisesIn(outcomes)).toEqual([]);
    },
    300_000,
  );

  test.skipIf(!chromiumPath)(
    `${thorough ? 'every case' : 'a case of every operator'} passes on webgl, in Chromium, or the list says why not`,
    async () => {
      const browser = await openPage(fileURLToPath(new URL('webgl-page.ts', import.meta.url)));
      const outcomes = new Map<Case, Outcome>();
      try {
        for (let at = 0; at < onBrowser.length; at += TOGETHER) {
          const some = onBrowser.slice(at, at + TOGETHER);
          const written = some.map(({ id }) => writtenCase(referencePath('onnx-conformance', id)));
          const found = await browser.page.evaluate((given) => conformance.judge(given), written);
          for (const [i, outcome] of found.entries()) outcomes.set(some[i]!, outcome);
        }
      } finally {
        await browser.close();
      }
      console.log(`webgl\n${table(outcomes)}`);
      expect(surprisesIn(outcomes)).toEqual([]);
    },
    600_000,
  );

  test('every core case of at most four axes passes', () => {
    const core = cases.filter(({ tier, inputRank = 0 }) => tier === 'core' && inputRank <= 4);
    expect(core.length).toBeGreaterThan(100);
    expect(core.filter(({ id }) => Object.hasOwn(reasons, id))).toEqual([]);
  });

  test('the list only shrinks, and names known cases', () => {
    const known = new Set(cases.map(({ id }) => id));
    expect(Object.keys(reasons).filter((id) => !known.has(id))).toEqual([]);
    expect(Object.keys(reasons).length).toBeLessThanOrEqual(LONGEST_LIST);
  });
});

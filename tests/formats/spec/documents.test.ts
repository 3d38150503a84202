import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { specJsonSchema } from '../../../shared/formats/spec/json-schema.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import { lint } from '../../../shared/lint/run.ts';

const page = (name: string) => readFile(resolve(import.meta.dirname, '../../../docs', name), 'utf8');

describe('the page about the spec', () => {
  it('shows a spec that reads, analyses and keeps its own rules and budget', async () => {
    const text = /```json\n([\s\S]*?)```/.exec(await page('spec.md'))?.[1] ?? '';
    const result = readSpec(text);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const analysis = analyze(result.value);
    expect(analysis.problems).toEqual([]);
    expect(lint(result.value, analysis)).toEqual({ findings: [], problems: [] });
    // All but the limits, which are written as exact numbers.
    expect(writeSpec(result.value)).toBe(text.replace('"300M"', '300000000').replace('"4MiB"', '4194304'));
  });

  it('has the schema of today beside it', async () => {
    expect(JSON.parse(await page('schema/spec-3.schema.json'))).toEqual(specJsonSchema());
  });
});

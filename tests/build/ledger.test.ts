import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageWith, readersOf, totalsOf } from '../../build/ledger.mjs';

const docs = join(import.meta.dirname, '../../docs');
const read = (name: string): string => readFileSync(join(docs, name), 'utf8');

describe('the ledger of campaigns', () => {
  it('counts each case once, however portions overlap', () => {
    const portion = (from: number, count: number) => ({ campaign: 'a', from, count, failures: 1 });
    const totals = totalsOf([
      portion(10, 10),
      portion(0, 5),
      portion(12, 3),
      portion(15, 10),
      { ...portion(0, 7), campaign: 'b' },
    ]);
    expect(totals.get('a')).toMatchObject({ count: 20, failures: 4 });
    expect(totals.get('b')).toMatchObject({ count: 7 });
  });

  it('adds up what each reader was given', () => {
    const portion = { campaign: 'a', from: 0, count: 5, failures: 0 };
    const readers = { ONNX: { cases: 3, opened: 1 }, npz: { cases: 2, opened: 0 } };
    expect([...readersOf([portion, { ...portion, readers }, { ...portion, readers }])]).toEqual([
      ['ONNX', { cases: 6, opened: 2 }],
      ['npz', { cases: 4, opened: 0 }],
    ]);
  });

  it('is what the page says', () => {
    const page = read('reliability.md');
    expect(pageWith(page, JSON.parse(read('reliability.json')))).toBe(page);
    expect(page).toMatch(/\| mutated files \| [\d,]+ \| 0 \|/);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pageWith, type Rate, type Survivor, shown } from '../../build/mutation-page.mjs';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rates = JSON.parse(read('tests/mutation/rates.json')) as readonly Rate[];
const survivors = JSON.parse(read('tests/mutation/survivors.json')) as readonly Survivor[];

describe('what mutants came to', () => {
  it('is what the page says', () => {
    const page = read('docs/mutation.md');
    expect(pageWith(page, rates, survivors)).toBe(page);
  });

  it('counts each change that was drawn as noticed or alive', () => {
    for (const { folder, mutants, atLoading, tried, noticed, endless } of rates) {
      expect(tried + atLoading, folder).toBeLessThanOrEqual(mutants);
      expect(noticed, folder).toBeLessThanOrEqual(tried);
      expect(endless, folder).toBeLessThanOrEqual(noticed);
    }
  });

  it.each(survivors.map((survivor) => [`${survivor.file}: ${survivor.line}`, survivor] as const))(
    'knows a line that is still there: %s',
    (_, { file, line, from, why }) => {
      const source = read(file);
      expect(source.split('\n').map(shown)).toContain(line);
      expect(source.replace(/\s+/g, ' ')).toContain(from.replace(/…$/, ''));
      expect(why).toMatch(/\.$/);
    },
  );
});

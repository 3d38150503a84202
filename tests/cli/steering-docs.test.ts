import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHere } from './in-process.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/steering.md'), 'utf8');
/** A command as it is typed, and what it then says. */
const examples = [...page.matchAll(/^```console\n\$ netwright (.+)\n([\s\S]*?)^```$/gm)].map(
  ([, line, said]) => [line!, said!] as const,
);

const withoutEnds = (text: string): string => text.replaceAll(/[ \t]+$/gm, '').trim();

describe('the page of steering', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThanOrEqual(3));

  it.each(examples)('says what the command says: %s', async (line, said) => {
    const { out, err, code } = await runHere(...line.split(' '));
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(withoutEnds(out)).toBe(withoutEnds(said));
  });
});

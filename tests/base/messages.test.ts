import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { english, inWords, type MessageKey } from '../../shared/base/messages.ts';
import { told } from '../../shared/base/problem.ts';

const root = join(import.meta.dirname, '../..');
const keys = Object.keys(english) as MessageKey[];

describe('a message', () => {
  it('is its key and its values, and English until it is put into another language', () => {
    const issue = told('input-missing', { title: 'Add', port: 'in1' }, { port: 'in1' });
    expect(issue).toMatchObject({
      code: 'input-missing',
      message: 'Add needs a wire into "in1".',
      hint: 'Connect the layer before it.',
      told: { key: 'input-missing', values: { title: 'Add', port: 'in1' } },
    });
    const other = { 'input-missing': { message: '»{{port}}« von {{title}} ist frei.', hint: 'Verbinden.' } };
    expect(inWords(issue.told!, other)).toEqual({ message: '»in1« von Add ist frei.', hint: 'Verbinden.' });
    expect(inWords(issue.told!, {})).toEqual({ message: issue.message, hint: issue.hint });
  });

  it.each(keys)('%s is said somewhere', (key) => {
    const files = execFileSync('git', ['grep', '-lF', `'${key}'`, '--', 'shared'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(files.split('\n').filter((path) => path !== '' && path !== 'shared/base/messages.ts')).not.toEqual(
      [],
    );
  });

  it.each(keys)('%s has sentences', (key) => {
    for (const text of Object.values(english[key])) expect(text).toMatch(/^\S.*[.?]$/s);
  });

  it('of the kinds that have moved here is spelled nowhere else', () => {
    const topology = readFileSync(join(root, 'shared/graph/topology.ts'), 'utf8');
    expect(topology).not.toContain('issue(');
  });
});

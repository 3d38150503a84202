import { describe, expect, it } from 'vitest';
import { flatTexts, inWords } from '../../shared/base/messages.ts';
import { messages, placed, problemAt, retold } from '../../shared/base/problem.ts';
import type { MessageKey } from '../../shared/messages.ts';

const texts = {
  'input-missing': ['{{title}} needs a wire into "{{port}}".', 'Connect the layer before it.'],
  'too-wide:one': ['It is too wide.', 'Make it narrower.'],
  inside: 'Inside, at {{inner}}: {{reason}}',
} as const;
const say = messages('tests/wires', texts);

describe('a message', () => {
  const issue = say('input-missing', { title: 'Add', port: 'in1' }, { port: 'in1' });
  const german = {
    'tests/wires:input-missing': '»{{port}}« von {{title}} ist frei.',
    'tests/wires:input-missing/hint': 'Verbinden.',
    'tests/wires:inside': 'In {{inner}}: {{reason}}',
  };

  it('is its code and its values, and English until it is put into another language', () => {
    expect(issue).toMatchObject({
      code: 'input-missing',
      message: 'Add needs a wire into "in1".',
      hint: 'Connect the layer before it.',
      port: 'in1',
    });
    expect(inWords(issue.told.message, german)).toBe('»in1« von Add ist frei.');
    expect(inWords(issue.told.hint, german)).toBe('Verbinden.');
    expect(inWords(issue.told.message)).toBe(issue.message);
  });

  it('has a code without what tells apart those that share one', () => {
    expect(say('too-wide:one')).toMatchObject({ code: 'too-wide', message: 'It is too wide.' });
    expect(say.at({ line: 3 }, 'too-wide:one')).toMatchObject({ code: 'too-wide', where: { line: 3 } });
  });

  it('can be part of another, in one language', () => {
    const lifted = retold(issue, say.part('inside', { inner: 'sum', reason: issue.told.message }));
    expect(lifted.message).toBe('Inside, at sum: Add needs a wire into "in1".');
    expect(inWords(lifted.told.message, german)).toBe('In sum: »in1« von Add ist frei.');
    expect(lifted.hint).toBe(issue.hint);
  });

  it('finds its place later', () => {
    expect(problemAt('sum', issue).where).toEqual({ node: 'sum', port: 'in1' });
    expect(placed(issue, { path: '$.nodes' })).toMatchObject({
      code: 'input-missing',
      where: { path: '$.nodes' },
    });
  });

  it('takes no value and no text from what every object has', () => {
    const odd = { key: 'constructor', english: '{{toString}}', values: {} };
    expect(inWords(odd, {})).toBe('{{toString}}');
  });

  it('has its keys listed for translators', () => {
    expect(Object.keys(flatTexts('tests/wires', texts))).toEqual([
      'tests/wires:input-missing',
      'tests/wires:input-missing/hint',
      'tests/wires:too-wide:one',
      'tests/wires:too-wide:one/hint',
      'tests/wires:inside',
    ]);
  });
});

it('a table of another language has keys that somebody says, which the compiler knows', () => {
  const known: MessageKey = 'layers/linear:needs-vector/hint';
  // @ts-expect-error: nobody says this.
  const unknown: MessageKey = 'layers/linear:needs-poetry';
  expect([known, unknown]).toHaveLength(2);
  // @ts-expect-error: a text that nobody has.
  expect(() => say('no-such-key')).toThrow();
  // @ts-expect-error: a value is missing.
  expect(say('input-missing', { title: 'Add' }).message).toContain('{{port}}');
});

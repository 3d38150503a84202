import { describe, expect, test } from 'vitest';
import { joinTables } from '../../build/join-tables.mjs';

const section = (head: string, rows: readonly string[]): string =>
  `${['## Speed', '', 'Told.', '', head, '|---|---|', ...rows].join('\n')}\n`;
const head = '| network | ms |';

test.each([
  {
    name: 'a row takes the place of its like',
    kept: ['| a | 1 |', '| b | 2 |'],
    fresh: ['| a | 9 |'],
    joined: ['| a | 9 |', '| b | 2 |'],
  },
  {
    name: 'a new one comes last',
    kept: ['| a | 1 |'],
    fresh: ['| c | 3 |'],
    joined: ['| a | 1 |', '| c | 3 |'],
  },
  {
    name: 'several of a name go together',
    kept: ['| a | 1 |', '| a | 2 |', '| b | 3 |'],
    fresh: ['| a | 8 |', '| a | 9 |'],
    joined: ['| a | 8 |', '| a | 9 |', '| b | 3 |'],
  },
  {
    name: 'none that is there is lost for an empty table',
    kept: ['| a | 1 |'],
    fresh: [],
    joined: ['| a | 1 |'],
  },
])('$name', ({ kept, fresh, joined }) => {
  expect(joinTables(section(head, kept), section(head, fresh), ['network'])).toBe(section(head, joined));
});

describe('rows of several key columns', () => {
  const wide = '| network | threads | ms |';
  const keys = ['network', 'threads'];

  test('only the one measured anew changes', () => {
    const kept = ['| a | 1 | 9 |', '| a | 2 | 5 |', '| b | 1 | 7 |', '| b | 2 | 4 |'];
    expect(joinTables(section(wide, kept), section(wide, ['| a | 1 | 8 |', '| b | 1 | 6 |']), keys)).toBe(
      section(wide, ['| a | 1 | 8 |', '| a | 2 | 5 |', '| b | 1 | 6 |', '| b | 2 | 4 |']),
    );
  });

  test('one that is not there yet comes last', () => {
    expect(joinTables(section(wide, ['| a | 1 | 9 |']), section(wide, ['| a | 2 | 5 |']), keys)).toBe(
      section(wide, ['| a | 1 | 9 |', '| a | 2 | 5 |']),
    );
  });

  test('a column that the table lacks is no key', () => {
    expect(() => joinTables(section(wide, []), section(wide, []), ['engine'])).toThrow(
      /"engine".*network, threads, ms/,
    );
  });
});

test('rows under other headings are not kept', () => {
  const fresh = section('| network | s |', ['| a | 9 |']);
  expect(joinTables(section(head, ['| b | 2 |']), fresh, ['network'])).toBe(fresh);
});

test('what is told is told anew', () => {
  const fresh = section(head, ['| a | 9 |']).replace('Told.', 'Told later.');
  expect(joinTables(section(head, ['| a | 1 |']), fresh, ['network'])).toBe(fresh);
});

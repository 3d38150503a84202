import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** A command's button has its title and its keys in a tooltip of its own. */
const WITH_TOOLTIP = 'renderer/commands/command-button.tsx';

it('a button that shows nothing but an icon says what it does where the pointer rests', () => {
  const files = readdirSync(join(root, 'renderer'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tsx'))
    .map((file) => join('renderer', file));
  const seen: string[] = [];
  const silent: string[] = [];
  for (const file of files) {
    const source = readFileSync(join(root, file), 'utf8');
    new Visitor({
      JSXOpeningElement({ start, attributes }) {
        const named = (name: string) =>
          attributes.find((each) => each.type === 'JSXAttribute' && each.name.name === name);
        const look = named('className');
        if (!look || !source.slice(look.start, look.end).includes('icon-button')) return;
        seen.push(file);
        if (!named('title') && file !== WITH_TOOLTIP)
          silent.push(`${file}:${source.slice(0, start).split('\n').length}`);
      },
    }).visit(parseSync(file, source).program);
  }
  expect(seen.length).toBeGreaterThan(30);
  expect(silent).toEqual([]);
});

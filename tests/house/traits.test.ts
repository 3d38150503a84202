import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { expect, it } from 'vitest';
import { catalog } from '../../shared/blocks/index.ts';

const folder = join(import.meta.dirname, '../../shared/lint/rules');

/** What a rule file says besides its examples: every list that names kinds of layers, and every choice between two of them. */
function listsIn(source: string, file: string): readonly string[] {
  const found: string[] = [];
  const isKind = (text: string): boolean => Object.hasOwn(catalog, text);
  const kindsIn = (text: string): number =>
    new Set([...text.matchAll(/'(\w+)'/g)].map(([, name]) => name!).filter(isKind)).size;
  new Visitor({
    LogicalExpression(node) {
      const text = source.slice(node.start, node.end);
      if (kindsIn(text) > 1 && /\.kind [!=]==|paramsOf\(/.test(text)) found.push(text);
    },
    NewExpression(node) {
      const text = source.slice(node.start, node.end);
      if (text.startsWith('new Set') && kindsIn(text) > 0) found.push(text);
    },
    CallExpression(node) {
      const text = source.slice(node.start, node.end);
      if (/^\[[^[\]]*\]\.(includes|some)\(/.test(text) && kindsIn(text) > 0) found.push(text);
    },
  }).visit(parseSync(file, source).program);
  return found;
}

/** What a rule is about, and no trait of layers. */
const about: Readonly<Record<string, string>> = {
  'softmax-twice.ts': 'the softmax and its logarithm, which losses take besides',
  'vgg-double-channels.ts': "VGG's stages: convolutions, with and without normalisation",
};

it('rules go by what is true of layers, not by lists of their kinds', () => {
  const found = readdirSync(folder).filter(
    (file) => listsIn(readFileSync(join(folder, file), 'utf8'), file).length > 0,
  );
  expect(found.sort()).toEqual(Object.keys(about).sort());
});

it('would find a list where there is one', () => {
  for (const list of [
    "const found = ['relu', 'tanh'].includes(kind);",
    "const found = new Set(['relu']);",
    "const found = node.kind === 'relu' || node.kind === 'tanh';",
    "const found = paramsOf(facts, 'relu') ?? paramsOf(facts, 'tanh');",
  ])
    expect(listsIn(list, 'list.ts'), list).toHaveLength(1);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Expression, parseSync, Visitor } from 'oxc-parser';

const root = join(import.meta.dirname, '../..');

/** What the command and the engine's tables say in words that no file of definitions has. */
export interface ToldTexts {
  /** Lines with values in them, {0}, {1} … where those stand: every tell`…`. */
  readonly lines: ReadonlySet<string>;
  /** Whole texts: every t('…'). */
  readonly texts: ReadonlySet<string>;
}

/** Texts that an expression can be: both ends of a choice. */
function literals(expression: Expression): readonly string[] {
  if (expression.type === 'ConditionalExpression')
    return [...literals(expression.consequent), ...literals(expression.alternate)];
  return expression.type === 'Literal' && typeof expression.value === 'string' ? [expression.value] : [];
}

/** Read from the sources, so that no text is told that a table of another language does not have. */
export function toldTexts(folders: readonly string[]): ToldTexts {
  const lines = new Set<string>();
  const texts = new Set<string>();
  const visitor = new Visitor({
    TaggedTemplateExpression({ tag, quasi }) {
      const name = tag.type === 'MemberExpression' ? tag.property : tag;
      if (name.type !== 'Identifier' || name.name !== 'tell') return;
      const parts = quasi.quasis.map(({ value }) => value.cooked ?? '');
      lines.add(parts.reduce((text, part, i) => `${text}{${i - 1}}${part}`));
    },
    CallExpression({ callee, arguments: [given] }) {
      const name = callee.type === 'MemberExpression' ? callee.property : callee;
      if (name.type !== 'Identifier' || name.name !== 't' || !given || given.type === 'SpreadElement') return;
      for (const text of literals(given)) texts.add(text);
    },
  });
  for (const folder of folders)
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.ts') && !file.startsWith('i18n/'))
        visitor.visit(parseSync(file, readFileSync(join(root, folder, file), 'utf8')).program);
  return { lines, texts };
}

// What mutants of the engine came to: tests/mutation has rates and survivors, from which docs/mutation.md has its tables.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const RATES = join(root, 'tests/mutation/rates.json');
const SURVIVORS = join(root, 'tests/mutation/survivors.json');
const PAGE = join(root, 'docs/mutation.md');
const LONGEST = 80;

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** A piece of source as lists have it: in one line, and not all of a long one. */
export function shown(text) {
  const inOneLine = text.replace(/\s+/g, ' ').trim();
  return inOneLine.length <= LONGEST ? inOneLine : `${inOneLine.slice(0, LONGEST - 1)}…`;
}

/** Whether a mutant is one that lives for a reason. Lines move: it is told by what its line says. */
export function isSurvivor({ file, line, from, to }, mutant) {
  return (
    file === mutant.name &&
    line === shown(mutant.line) &&
    from === shown(mutant.from) &&
    to === shown(mutant.replacement)
  );
}

const counted = (count) => count.toLocaleString('en-US');
const percent = (part, whole) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`);
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The page with the tables of what is given. */
export function pageWith(page, rates, survivors) {
  const sum = (name) => rates.reduce((total, rate) => total + rate[name], 0);
  const row = (title, { mutants, tried, noticed, endless, atLoading }) => [
    title,
    ...[mutants, atLoading, tried, noticed].map(counted),
    percent(noticed, tried),
    ...[endless, tried - noticed].map(counted),
  ];
  const all = Object.fromEntries(
    ['mutants', 'tried', 'noticed', 'endless', 'atLoading'].map((name) => [name, sum(name)]),
  );
  const counts = table(
    ['folder', 'changes', 'at loading', 'tried', 'noticed', '', 'of these endless', 'alive'],
    [...rates.map((rate) => row(`\`${rate.folder}\``, rate)), row('all', all)],
  );
  const alive = table(
    ['file', 'in', 'from', 'to', 'why no test can or should notice'],
    survivors.map(({ file, line, from, to, why }) => [
      file.replace(/^shared\//, ''),
      ...[line, from, to].map((text) => code(text === '' ? ' ' : text)),
      why,
    ]),
  );
  return [
    ['counts', rates.length === 0 ? 'No folder was tried to its end yet.' : counts],
    ['alive', alive],
  ].reduce(
    (text, [name, part]) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(\\n<!-- /${name} -->)`),
        (_, before, after) => before + part + after,
      ),
    page,
  );
}

/** Puts what folders came to in place of what they came to before, and writes the page anew. */
export function record(rates) {
  const byFolder = new Map([...read(RATES), ...rates].map((rate) => [rate.folder, rate]));
  const kept = [...byFolder.values()];
  writeFileSync(RATES, `${JSON.stringify(kept, null, 2)}\n`);
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), kept, read(SURVIVORS)));
}

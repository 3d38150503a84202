// npm run bench -- NAME [--json] […]: runs tests/bench/NAME.bench.ts, prints its table, and keeps it in docs/benchmarks.md, or in
// the page that the benchmark names, with a picture of it where the benchmark draws one.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';
import { joinTables } from './join-tables.mjs';

ensureInstalled();
const { ensureBuilt } = await import('./ensure-built.mjs');
await ensureBuilt();
const { runnerImport } = await import('vite');

const folder = join(root, 'tests/bench');
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.slice(0, -'.bench.ts'.length));
const [name, ...args] = process.argv.slice(2);
if (name === undefined || !known.includes(name)) {
  console.error(`Name one benchmark: ${known.join(', ')}.`);
  process.exit(2);
}

process.chdir(root);
const { module } = await runnerImport(join(folder, `${name}.bench.ts`));
const joins = args.includes('--keep');
if (joins && module.keyColumns === undefined) {
  console.error(`The table of ${name} is measured as a whole: leave --keep away.`);
  process.exit(2);
}
if (joins && args.includes('--json')) {
  console.error('What is written with --json is no table to keep: leave one of the two away.');
  process.exit(2);
}
const result = await module.bench(args);
console.log(result);
// What was asked for in parts, or as data, is no table to keep, unless it is to join the rows that are there.
if (args.length === 0 || joins) keep(result);
process.exit(0);

/** Replaces the section of the same heading, or adds it at the end; rows that join it are told apart by the key columns. */
function keep(section) {
  const file = join(root, `docs/${module.page ?? 'benchmarks'}.md`);
  const intro =
    '# Benchmarks\n\nMeasured by `npm run bench -- NAME`. Ratios and medians of runs in turns; absolute figures are of the machine named.\n';
  const heading = section.split('\n', 1)[0];
  const parts = (existsSync(file) ? readFileSync(file, 'utf8') : intro).split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`${heading}\n`));
  const kept = at >= 0 && joins ? joinTables(parts[at], section, module.keyColumns) : section;
  if (at < 0) parts.push(kept);
  else parts[at] = kept;
  const picture = module.draw?.(kept);
  if (picture) writeFileSync(join(root, 'docs/images', picture.file), picture.svg);
  writeFileSync(file, `${parts.map((part) => part.trimEnd()).join('\n\n')}\n`);
}

// What campaigns have tried over time: portions add up in a ledger, from which docs/reliability.md has its counts.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const LEDGER = join(root, 'docs/reliability.json');
const PAGE = join(root, 'docs/reliability.md');

/** How many whole numbers lie in some ranges, each counted once. */
function covered(portions) {
  let count = 0;
  let end = -1;
  for (const { from, count: length } of [...portions].sort((a, b) => a.from - b.from)) {
    const upTo = from + length;
    count += Math.max(0, upTo - Math.max(from, end));
    end = Math.max(end, upTo);
  }
  return count;
}

const sum = (portions, name) => portions.reduce((total, portion) => total + (portion[name] ?? 0), 0);

export function totalsOf(portions) {
  const names = [...new Set(portions.map(({ campaign }) => campaign))];
  return new Map(
    names.map((campaign) => {
      const own = portions.filter((portion) => portion.campaign === campaign);
      const [failures, edits, lostOne] = ['failures', 'edits', 'lostOne'].map((name) => sum(own, name));
      return [campaign, { campaign, count: covered(own), failures, edits, lostOne }];
    }),
  );
}

/** Cases by the reader that they were given to, of the portions that say so. */
export function readersOf(portions) {
  const totals = new Map();
  for (const { readers = {} } of portions)
    for (const [name, { cases, opened }] of Object.entries(readers)) {
      const before = totals.get(name) ?? { cases: 0, opened: 0 };
      totals.set(name, { cases: before.cases + cases, opened: before.opened + opened });
    }
  return new Map([...totals].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const counted = (count) => count.toLocaleString('en-US');

export function pageWith(page, portions) {
  const rows = [...totalsOf(portions).values()].map(
    ({ campaign, count, failures, edits, lostOne }) =>
      `| ${campaign} | ${counted(count)} | ${counted(failures)} | ${edits > 0 ? `${counted(edits)} edits; ${counted(lostOne)} times one was lost` : ''} |`,
  );
  const campaigns = ['| campaign | cases | failures | |', '| --- | --- | --- | --- |', ...rows];
  const readers = [...readersOf(portions)].map(
    ([name, { cases, opened }]) =>
      `| ${name} | ${counted(cases)} | ${counted(opened)} | ${counted(cases - opened)} |`,
  );
  const table = [
    ...campaigns,
    ...(readers.length === 0
      ? []
      : ['', '| reader | cases | opened | refused |', '| --- | --- | --- | --- |', ...readers]),
  ].join('\n');
  return page.replace(
    /(<!-- counts -->\n)[\s\S]*?(\n<!-- \/counts -->)/,
    (_, before, after) => before + table + after,
  );
}

const known = () => JSON.parse(readFileSync(LEDGER, 'utf8'));

/** The number behind all that a campaign has tried. */
export function nextCase(campaign) {
  const own = known().filter((portion) => portion.campaign === campaign);
  return Math.max(1, ...own.map(({ from, count }) => from + count));
}

export function record(portion) {
  const portions = [...known(), portion];
  const lines = portions.map(
    (each) =>
      `  ${JSON.stringify(each).replaceAll('":', '": ').replaceAll(',"', ', "').replace('{', '{ ').replace(/}$/, ' }')}`,
  );
  writeFileSync(LEDGER, `[\n${lines.join(',\n')}\n]\n`);
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), portions));
}

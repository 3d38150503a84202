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

const counted = (count) => count.toLocaleString('en-US');

export function pageWith(page, portions) {
  const rows = [...totalsOf(portions).values()].map(
    ({ campaign, count, failures, edits, lostOne }) =>
      `| ${campaign} | ${counted(count)} | ${counted(failures)} | ${edits > 0 ? `${counted(edits)} edits; ${counted(lostOne)} times one was lost` : ''} |`,
  );
  const table = ['| campaign | cases | failures | |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return page.replace(
    /(<!-- counts -->\n)[\s\S]*?(\n<!-- \/counts -->)/,
    (_, before, after) => before + table + after,
  );
}

export function record(portion) {
  const portions = [...JSON.parse(readFileSync(LEDGER, 'utf8')), portion];
  const lines = portions.map(
    (each) =>
      `  ${JSON.stringify(each).replaceAll('":', '": ').replaceAll(',"', ', "').replace('{', '{ ').replace(/}$/, ' }')}`,
  );
  writeFileSync(LEDGER, `[\n${lines.join(',\n')}\n]\n`);
  writeFileSync(PAGE, pageWith(readFileSync(PAGE, 'utf8'), portions));
}

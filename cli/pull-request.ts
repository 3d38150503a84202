import { analyzeBaseline } from '../shared/analysis/baseline.ts';
import { type Comparison, compare, type LayerChange } from '../shared/analysis/compare.ts';
import type { Analysis } from '../shared/analysis/facts.ts';
import type { DesignTimer } from '../shared/analysis/timer.ts';
import { markdownText } from '../shared/base/markup.ts';
import { amountUnder, checkBudget, type Gauge, timeGauge } from '../shared/budget/budget.ts';
import { counted, openEntries, type ReportEntry } from '../shared/formats/reports/report.ts';
import { grouped } from '../shared/formats/tables/present.ts';
import {
  type CountedQuantity,
  countedQuantities,
  type Quantity,
  quantityTable,
} from '../shared/graph/quantities.ts';
import { shortTime } from './calibrations.ts';
import type { Linted } from './linting.ts';

/** What a comment on GitHub may have. */
export const MAX_REPORT_LENGTH = 65_536;
const MAX_ROWS = 50;
const BARS = 12;
const BAR_WIDTH = 30;

/** One design on both sides of a change; undefined where it is not there, or cannot be read. */
export interface Changed {
  readonly path: string;
  /** What it was called before, if it was called otherwise. */
  readonly from?: string;
  readonly base: Linted | undefined;
  readonly head: Linted | undefined;
  /** Why it cannot be read. */
  readonly unreadable?: string;
  /** The file that shows it, beside the report. */
  readonly picture?: string;
}

/** What times are predicted by, where the machine was measured. */
export interface Measured {
  readonly timer: DesignTimer;
  /** The processor and its threads. */
  readonly machine: string;
}

/** The report for a pull request: an overview, then a section for each design while there is room. */
export function pullRequestReport(changes: readonly Changed[], measured?: Measured): string {
  if (changes.length === 0) return '## Networks\n\nNo design differs.\n';
  let text = overview(changes, measured);
  for (const [i, change] of changes.entries()) {
    const left = `\n${counted(changes.length - i, 'more design')} left out: there is no room for more.\n`;
    const part = section(change, measured);
    if (text.length + part.length + left.length > MAX_REPORT_LENGTH) return text + left;
    text += part;
  }
  return text;
}

const OVERVIEW_ROWS = 100;
/** Names may be long, and longer where their signs are escaped. */
const MAX_OVERVIEW_LENGTH = MAX_REPORT_LENGTH / 2;

function overview(changes: readonly Changed[], measured: Measured | undefined): string {
  const rows: string[] = [];
  let length = 0;
  for (const row of rowsOf(changes, measured)) {
    length += row.length + 1;
    if (length > MAX_OVERVIEW_LENGTH) break;
    rows.push(row);
  }
  const more = changes.length - rows.length;
  const shown: readonly Quantity[] = measured ? [...countedQuantities, 'time'] : countedQuantities;
  return [
    '## Networks',
    '',
    `| Design | | ${shown.map((each) => quantityTable[each].title).join(' | ')} | Findings |`,
    `|---|---|${shown.map(() => '--:').join('|')}|--:|`,
    ...rows,
    ...(more > 0 ? ['', `${counted(more, 'more design')} not listed.`] : []),
    ...(measured ? ['', `Times are predicted for ${cut(measured.machine)}.`] : []),
    '',
  ].join('\n');
}

function rowsOf(changes: readonly Changed[], measured: Measured | undefined): readonly string[] {
  return changes.slice(0, OVERVIEW_ROWS).map((change) => {
    const { path, from, base, head, unreadable } = change;
    const what =
      unreadable !== undefined
        ? 'cannot be read'
        : from !== undefined
          ? `was ${cut(from)}`
          : !base
            ? 'new'
            : !head
              ? 'removed'
              : 'changed';
    const figures = countedQuantities.map((quantity) =>
      shift(amountOf(quantity, base), amountOf(quantity, head), grouped),
    );
    if (measured) figures.push(shift(timeOf(base, measured), timeOf(head, measured), shortTime));
    const { fresh, solved } = findingsOf(change);
    return `| ${cut(path)} | ${what} | ${figures.join(' | ')} | +${fresh.length} −${solved.length} |`;
  });
}

const names = { macs: 'macs', params: 'params', memory: 'peakBytes' } as const satisfies Readonly<
  Record<CountedQuantity, keyof Analysis['totals']>
>;

const amountOf = (quantity: CountedQuantity, side: Linted | undefined): number | undefined =>
  side?.analysis.totals[names[quantity]];

/** Milliseconds; undefined where some of it is not known. */
const timeOf = (side: Linted | undefined, { timer }: Measured): number | undefined =>
  side && timer.whole(side.analysis)?.milliseconds;

function shift(was: number | undefined, is: number | undefined, shown: (amount: number) => string): string {
  if (is === undefined) return '–';
  return `${shown(is)}${was === undefined || was === is ? '' : ` (${changeText(was, is)})`}`;
}

function changeText(was: number, is: number): string {
  if (was === 0) return 'new';
  const percent = 100 * (is / was - 1);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
}

/** What is found at one side alone. A finding that goes on with other numbers is neither new nor solved. */
function findingsOf({ base, head }: Changed): {
  readonly fresh: readonly ReportEntry[];
  readonly solved: readonly ReportEntry[];
} {
  const [before, after] = [base, head].map((side) => (side === undefined ? [] : openEntries(side)));
  const [told, since] = [without(before!, after!, itself), without(after!, before!, itself)];
  return { fresh: without(since, told, whereIs), solved: without(told, since, whereIs) };
}

/** Known again where nodes and files were renamed, and where the layer was changed. */
const itself = ({ fingerprint }: ReportEntry): string => fingerprint;
const whereIs = ({ rule, place }: ReportEntry): string => JSON.stringify([rule, place.node]);

/** The list without what the other has as well, each for one of the other's. */
function without(
  list: readonly ReportEntry[],
  other: readonly ReportEntry[],
  keyOf: (entry: ReportEntry) => string,
): readonly ReportEntry[] {
  const left = new Map<string, number>();
  for (const entry of other) left.set(keyOf(entry), (left.get(keyOf(entry)) ?? 0) + 1);
  return list.filter((entry) => {
    const count = left.get(keyOf(entry)) ?? 0;
    left.set(keyOf(entry), count - 1);
    return count <= 0;
  });
}

function section(change: Changed, measured: Measured | undefined): string {
  const { path, base, head, unreadable } = change;
  const lines = ['', `### ${cut(path)}`, ''];
  if (unreadable !== undefined) return [...lines, `Cannot be read: ${cut(unreadable)}`, ''].join('\n');
  if (head === undefined) return [...lines, 'Removed.', ''].join('\n');
  const { fresh, solved } = findingsOf(change);
  return [
    ...lines,
    ...totals(base, head, measured),
    ...(base === undefined ? [] : layers(compare(base.analysis, head.analysis))),
    ...(change.picture === undefined ? [] : [`Picture: ${cut(change.picture)}`, '']),
    ...findings('New findings', fresh),
    ...findings('Solved findings', solved),
    ...profile(head.analysis),
    '',
  ].join('\n');
}

function totals(base: Linted | undefined, head: Linted, measured: Measured | undefined): readonly string[] {
  const { gauges } = checkBudget(head.design, head.analysis);
  const time = measured && timeRow(base, head, measured);
  return [
    '| | Before | After | Change | Budget | Against the baseline |',
    '|---|--:|--:|--:|---|--:|',
    ...countedQuantities.map((quantity) =>
      totalsRow(
        gauges[quantity],
        base && amountUnder(base.analysis, quantity, head.design.budget.limits[quantity]),
        (amount) => grouped(Math.floor(amount)),
      ),
    ),
    ...(time === undefined ? [] : [time]),
    '',
  ];
}

function timeRow(base: Linted | undefined, head: Linted, measured: Measured): string | undefined {
  const actual = timeOf(head, measured);
  if (actual === undefined) return undefined;
  const { baseline } = head.design.budget;
  const pinned = baseline && measured.timer.whole(analyzeBaseline(baseline))?.milliseconds;
  return totalsRow(timeGauge(head.design, actual, pinned), timeOf(base, measured), shortTime);
}

function totalsRow(
  { quantity, actual, max, min, within, baseline }: Gauge,
  was: number | undefined,
  shown: (amount: number) => string,
): string {
  const under = actual < (min ?? 0);
  const budget =
    within === undefined
      ? ''
      : within
        ? `within ${shown(max ?? 0)}`
        : `**${under ? 'under' : 'OVER'} ${shown((under ? min : max) ?? 0)}**`;
  const cells = [
    quantityTable[quantity].title,
    was === undefined ? '–' : shown(was),
    shown(actual),
    was === undefined ? '' : was === actual ? '=' : changeText(was, actual),
    budget,
    baseline === undefined ? '' : changeText(baseline, actual),
  ];
  return `| ${cells.join(' | ')} |`;
}

const signs = { added: '+', removed: '−', changed: '~', same: ' ' } as const;

function layers({ rows }: Comparison): readonly string[] {
  const changed = rows.filter(({ change }) => change !== 'same');
  if (changed.length === 0) return [];
  const count = (kind: LayerChange['change']) => changed.filter(({ change }) => change === kind).length;
  const told = changed.slice(0, MAX_ROWS).map(({ change, before, after, params, difference }) => {
    const name =
      before !== undefined && after !== undefined && before.id !== after.id
        ? `${before.id} → ${after.id}`
        : (after ?? before)!.id;
    const what = params.map(
      (each) => `${each.name} ${JSON.stringify(each.before)} → ${JSON.stringify(each.after)}`,
    );
    return `| ${signs[change]} | ${cut(name)} | ${cut([(after ?? before)!.kind, ...what].join(' '))} | ${signed(difference.params)} | ${signed(difference.macs)} |`;
  });
  return [
    `**Layers**: ${count('added')} added, ${count('removed')} removed, ${count('changed')} changed`,
    '',
    '| | Layer | What | Parameters | Multiply-adds |',
    '|---|---|---|--:|--:|',
    ...told,
    ...(changed.length > MAX_ROWS
      ? ['', `${counted(changed.length - MAX_ROWS, 'more layer')} not listed.`]
      : []),
    '',
  ];
}

function signed(difference: number): string {
  return difference === 0 ? '' : `${difference > 0 ? '+' : '−'}${grouped(Math.abs(difference))}`;
}

function findings(title: string, entries: readonly ReportEntry[]): readonly string[] {
  if (entries.length === 0) return [];
  const told = entries
    .slice(0, MAX_ROWS)
    .map(
      ({ severity, place, message, rule }) =>
        `- ${severity}: ${place.node === undefined ? '' : `${cut(place.node)}: `}${cut(message)} (${markdownText(rule)})`,
    );
  return [
    `**${title}**: ${entries.length}`,
    '',
    ...told,
    ...(entries.length > MAX_ROWS ? [`- ${counted(entries.length - MAX_ROWS, 'more')} not listed`] : []),
    '',
  ];
}

/** Where the multiply-adds are: the layers that cost most, in the order of the network, as bars of text. */
function profile({ facts, totals: { macs } }: Analysis): readonly string[] {
  const costs = [...facts.values()].map(({ id, cost }) => ({ id, macs: cost?.macs.value ?? 0 }));
  const most = new Set([...costs].sort((a, b) => b.macs - a.macs).slice(0, BARS));
  const shown = costs.filter((each) => most.has(each) && each.macs > 0);
  const tallest = Math.max(...shown.map((each) => each.macs));
  if (shown.length === 0) return [];
  const width = Math.min(32, Math.max(...shown.map(({ id }) => id.length)));
  const bars = shown.map(({ id, macs: own }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((BAR_WIDTH * own) / tallest)));
    return `${id.slice(0, 32).padEnd(width)} ${bar} ${((100 * own) / macs).toFixed(1)} %`;
  });
  return [
    '<details><summary>Where the multiply-adds are</summary>',
    '',
    '```text',
    ...bars,
    '```',
    '',
    '</details>',
    '',
  ];
}

/** Text of a file, short enough for a cell. */
function cut(text: string): string {
  return markdownText(text.length > 300 ? `${text.slice(0, 297)}…` : text);
}

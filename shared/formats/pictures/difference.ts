import type { Comparison, LayerChange } from '../../analysis/compare.ts';
import { largestOf } from '../../base/extremes.ts';
import { grouped } from '../tables/present.ts';
import { grounds } from './families.ts';
import type { Scene, Shape } from './scene.ts';

const WIDTH = 860;
/** Where nothing is, and how far the longest bar goes to either side. */
const MIDDLE = 600;
const REACH = 80;
const ROW = 22;
const HEAD = 64;
const colours = { added: '#15803d', removed: '#b91c1c', changed: '#b45309', same: '#8a94a6' } as const;
const signs = { added: '+', removed: '−', changed: '~', same: ' ' } as const;
/** A picture of more rows is read by nobody. */
const MOST_ROWS = 400;

/** The layers that differ from one design to another, a row each, with a bar for its multiply-adds more or fewer. */
export function drawDifference(title: string, { rows, before, after }: Comparison): Scene {
  const ground = grounds.light;
  const changed = rows.filter(({ change }) => change !== 'same');
  const shown = changed.slice(0, MOST_ROWS);
  const most = largestOf(
    shown.map(({ difference }) => Math.abs(difference.macs)),
    1,
  );
  const text = (
    x: number,
    y: number,
    words: string,
    fill: string,
    anchor: 'start' | 'end' = 'start',
  ): Shape => ({
    kind: 'text',
    x,
    y,
    text: words,
    fontPixels: 12,
    fill,
    anchor,
  });
  const rest = changed.length - shown.length;
  return {
    title,
    widthPixels: WIDTH,
    heightPixels: HEAD + ROW * (shown.length + (rest > 0 ? 1 : 0)) + 16,
    background: ground.page,
    shapes: [
      {
        kind: 'text',
        x: 16,
        y: 26,
        text: title,
        fontPixels: 15,
        weight: 'medium',
        fill: ground.ink,
        role: 'title',
      },
      text(
        16,
        46,
        `${changed.length} of ${rows.length} layers differ: ${signed(after.params - before.params)} parameters, ${signed(after.macs - before.macs)} multiply-adds`,
        ground.muted,
      ),
      ...shown.flatMap((row, i): readonly Shape[] => {
        const y = HEAD + i * ROW;
        const { macs } = row.difference;
        const width = macs === 0 ? 0 : Math.max(1, (Math.abs(macs) / most) * REACH);
        const colour = colours[row.change];
        return [
          text(16, y + 15, signs[row.change], colour),
          text(34, y + 15, nameOf(row), ground.ink),
          text(260, y + 15, whatOf(row), ground.muted),
          {
            kind: 'box',
            id: (row.after ?? row.before)!.id,
            x: MIDDLE - (macs < 0 ? width : 0),
            y: y + 4,
            width,
            height: ROW - 8,
            fill: colour,
            tooltip: `${nameOf(row)}: ${signed(macs)} multiply-adds, ${signed(row.difference.params)} parameters`,
          },
          ...(macs === 0 ? [] : [text(WIDTH - 16, y + 15, signed(macs), ground.muted, 'end')]),
        ];
      }),
      ...(rest > 0 ? [text(34, HEAD + shown.length * ROW + 15, `and ${rest} more`, ground.muted)] : []),
    ],
  };
}

function nameOf({ before, after }: LayerChange): string {
  const name =
    before && after && before.id !== after.id ? `${before.id} → ${after.id}` : (after ?? before)!.id;
  return name.length > 32 ? `${name.slice(0, 31)}…` : name;
}

function whatOf({ before, after, params }: LayerChange): string {
  const values = params.map(
    ({ name, before: was, after: is }) => `${name} ${JSON.stringify(was)} → ${JSON.stringify(is)}`,
  );
  const words = [(after ?? before)!.kind, ...values].join(' ');
  return words.length > 36 ? `${words.slice(0, 35)}…` : words;
}

function signed(difference: number): string {
  return `${difference < 0 ? '−' : '+'}${grouped(Math.abs(difference))}`;
}

import { largestOf } from '../../shared/base/extremes.ts';
import { chartText, chartTitle } from '../../shared/formats/pictures/chart.ts';
import { grounds } from '../../shared/formats/pictures/families.ts';
import type { Scene, Shape } from '../../shared/formats/pictures/scene.ts';

/** How long an engine takes for a network, relative to a peer. */
export interface Ratio {
  readonly network: string;
  readonly threads: number;
  readonly ratio: number;
}

const WIDTH = 760;
const BAR = 11;
const GAP = 12;
const edge = { left: 190, right: 72, top: 64, bottom: 40 };
const colors = ['#2563eb', '#93b4f5'];

/** A group of bars for each network, one for each number of threads, shortest first, against the line of a peer's time. */
export function drawRatios(title: string, peer: string, ratios: readonly Ratio[]): Scene {
  const ground = grounds.light;
  const threads = [...new Set(ratios.map((each) => each.threads))].sort((a, b) => a - b);
  const byNetwork = new Map<string, Ratio[]>();
  for (const each of ratios) byNetwork.set(each.network, [...(byNetwork.get(each.network) ?? []), each]);
  const groups = [...byNetwork].sort(([, a], [, b]) => a[0]!.ratio - b[0]!.ratio);
  const most = Math.max(1, largestOf(ratios.map(({ ratio }) => ratio)));
  const toX = (ratio: number): number => edge.left + (ratio / most) * (WIDTH - edge.left - edge.right);
  const height = threads.length * BAR + GAP;
  const bottom = edge.top + groups.length * height;
  const upright = (ratio: number, strokePixels: number): Shape => ({
    kind: 'path',
    points: [
      [toX(ratio), edge.top - 6],
      [toX(ratio), bottom],
    ],
    stroke: ground.line,
    strokePixels,
    fill: 'none',
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return {
    title,
    widthPixels: WIDTH,
    heightPixels: bottom + edge.bottom,
    background: ground.page,
    shapes: [
      chartTitle([16, 26], title),
      ...threads.flatMap((count, i): readonly Shape[] => [
        { kind: 'box', x: edge.left + i * 96, y: 38, width: BAR, height: BAR, fill: colors[i]! },
        chartText([edge.left + i * 96 + 14, 47], count === 1 ? '1 thread' : `${count} threads`),
      ]),
      ...ticks.map((tick) => upright(tick, tick === 1 ? 1.5 : 0.5)),
      ...ticks.map((tick) =>
        chartText([toX(tick), bottom + 18], tick === 1 ? `1 = ${peer}` : String(tick), {
          anchor: 'middle',
          role: 'tick',
        }),
      ),
      ...groups.flatMap(([network, bars], row): readonly Shape[] => {
        const top = edge.top + row * height;
        return [
          chartText([edge.left - 10, top + (threads.length * BAR) / 2 + 4], network, {
            anchor: 'end',
            fill: ground.ink,
            role: 'label',
          }),
          ...bars.flatMap(({ threads: count, ratio }): readonly Shape[] => {
            const y = top + threads.indexOf(count) * BAR;
            return [
              {
                kind: 'box',
                x: edge.left,
                y,
                width: toX(ratio) - edge.left,
                height: BAR - 1,
                fill: colors[threads.indexOf(count)]!,
              },
              chartText([toX(ratio) + 5, y + BAR - 1], ratio.toFixed(2), { fontPixels: 10 }),
            ];
          }),
        ];
      }),
    ],
  };
}

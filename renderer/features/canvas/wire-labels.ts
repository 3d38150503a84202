import type { Point } from '../../../shared/graph/design.ts';
import { labelsAmong } from '../../../shared/layout/labels.ts';
import type { Obstacle } from '../../../shared/layout/route.ts';
import type { FlowDirection } from '../../state/view-state.ts';
import type { LabelledDetail } from './detail.ts';
import type { Routed } from './wire-routes.ts';

/** What is written beside a wire, and where its middle is. */
export interface WireLabel extends Point {
  readonly text: string;
}

export type WireLabels = Readonly<Record<LabelledDetail, WireLabel | undefined>>;

/** The size of the letters by what is shown of the nodes: far away they are larger, to be read. */
export const labelSizes: Readonly<Record<LabelledDetail, number>> = { all: 10.5, cost: 15 };

/** How wide a letter is on average, and how high a line, to its size. */
const LETTER = 0.64;
const LINE = 1.15;
/** The air at both ends of a text together, to its size; between two nodes a text that would touch them is shortened. */
const AIR = 1;
/** As little as is put up with where nothing shorter says the same. */
const LEAST_AIR = 0;
/** A curve is taken as so many straight pieces. */
const STEPS = 8;

/** A shape shorter, where it can be: `64×56×56` as `64×56²`. */
export function shortened(label: string): string {
  return label.replace(/(^|×)(\d+)×\2$/, '$1$2²');
}

/** What may be written beside a wire, best first. */
function textsOf(label: string): readonly { readonly text: string; readonly air: number }[] {
  const short = shortened(label);
  const last = { text: short, air: LEAST_AIR };
  return short === label
    ? [{ text: label, air: AIR }, last]
    : [{ text: label, air: AIR }, { text: short, air: AIR }, last];
}

/** How wide a label is drawn that is read from afar. */
export const labelWidth = (text: string): number => text.length * labelSizes.cost * LETTER;

/** The places of the labels of wires among boxes, for each size of them. */
export function labelsOf(
  boxes: readonly Obstacle[],
  wires: readonly { readonly way: Routed; readonly label: string }[],
  direction: FlowDirection,
): readonly WireLabels[] {
  const ways = wires.map(({ way }) => (way.route ? way.points : curve(way.points, direction)));
  const placed = (size: number): readonly (WireLabel | undefined)[] => {
    const texts = wires.map(({ label }) => textsOf(label));
    const wishes = ways.map((way, i) => ({
      way,
      texts: texts[i]!.map(({ text, air }) => ({
        width: (text.length * LETTER + air) * size,
        height: size * LINE,
      })),
    }));
    return labelsAmong(boxes, wishes).map(
      (found, i) => found && { x: found.x, y: found.y, text: texts[i]![found.text]!.text },
    );
  };
  const [all, cost] = [placed(labelSizes.all), placed(labelSizes.cost)];
  return wires.map((_, i) => ({ all: all[i], cost: cost[i] }));
}

/** The curve that joins two ends where nothing stands between them, as React Flow draws it. */
function curve([from, to]: readonly Point[], direction: FlowDirection): readonly Point[] {
  if (!from || !to || from.y === to.y || from.x === to.x) return from && to ? [from, to] : [];
  const bend = direction === 'right' ? { x: (to.x - from.x) / 2, y: 0 } : { x: 0, y: (to.y - from.y) / 2 };
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    const at = i / STEPS;
    const mix = (a: number, b: number, c: number, d: number): number =>
      (1 - at) ** 3 * a + 3 * (1 - at) ** 2 * at * b + 3 * (1 - at) * at ** 2 * c + at ** 3 * d;
    return {
      x: mix(from.x, from.x + bend.x, to.x - bend.x, to.x),
      y: mix(from.y, from.y + bend.y, to.y - bend.y, to.y),
    };
  });
}

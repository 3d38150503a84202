import { ViewportPortal } from '@xyflow/react';
import { type CSSProperties, useMemo } from 'react';
import { t, useT } from '../../i18n/i18n.ts';
import type { Box } from '../../layout/make-room.ts';
import { lettersIn } from '../../parts/format.ts';
import { useApp } from '../../state/use-app.ts';
import { useSettled } from '../../state/use-settled.ts';
import type { WireFlowEdge } from './flow-model.ts';
import { Spatial } from './spatial.ts';
import { bandOf, type Stage, stagesOf } from './stages.ts';
import type { Drawing } from './use-nodes.ts';
import { labelSizes, labelWidth, type WireLabel } from './wire-labels.ts';

/** How wide a letter of a title is at most, near by and from afar, where it fills what is over the nodes. */
const LETTER = { near: 9.6, far: 13.2 } as const;
/** The air around a title, and how far down it reaches into its band. */
const AIR = 20;
const TITLE = 24;

/** The first of some titles that there is room for. */
const firstFitting = (titles: readonly string[], letter: number, width: number): string =>
  titles.find((title) => lettersIn(title) * letter <= width - AIR) ?? '';

/** What a stage is worth, in more words and in fewer. */
function titlesOf({ size, depth, share }: Stage): readonly string[] {
  const percent = (100 * share).toFixed(share < 0.1 ? 1 : 0);
  return [
    t('{{size}} · depth {{depth}} · {{share}} % of the multiply-adds', { size, depth, share: percent }),
    `${size} · ${percent} %`,
    size,
  ];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The widest part of the top of a band on which no label of a wire lies; the first of equals. */
function widestFree({ x, y, width }: Box, labels: readonly WireLabel[]): Stretch {
  const reach = labelSizes.cost / 2;
  const taken = labels
    .filter((label) => label.y + reach > y && label.y - reach < y + TITLE)
    .map((label) => ({
      from: label.x - labelWidth(label.text) / 2,
      to: label.x + labelWidth(label.text) / 2,
    }))
    .filter(({ from, to }) => to > x && from < x + width)
    .sort((one, other) => one.from - other.from);
  let best: Stretch = { from: x, to: x };
  let from = x;
  for (const label of [...taken, { from: x + width, to: x + width }]) {
    if (label.from - from > best.to - best.from) best = { from, to: label.from };
    from = Math.max(from, label.to);
  }
  return best;
}

const widest = (pieces: readonly Box[]): number =>
  pieces.reduce((best, { width }, i) => (width > pieces[best]!.width ? i : best), 0);

/** Quiet bands behind the layers that give maps of one size, with what the stage is worth. */
export function StageBands({
  drawing,
  wires,
}: {
  readonly drawing: Drawing;
  readonly wires: readonly WireFlowEdge[];
}) {
  useT();
  const { analysis: now, placed: placedNow, spatial: spatialNow } = drawing;
  const latest = useMemo(
    () => ({ analysis: now, placed: placedNow, spatial: spatialNow }),
    [now, placedNow, spatialNow],
  );
  const { analysis, placed, spatial } = useSettled(latest, now.facts.size);
  const shown = useApp((state) => state.stages);
  const stages = useMemo(() => (shown ? stagesOf(analysis) : []), [analysis, shown]);
  const bands = useMemo(() => {
    if (stages.length === 0) return [];
    const found = spatial ?? new Spatial(placed, []);
    return stages.map((stage) => ({
      stage,
      pieces: bandOf(
        stage,
        (id) => found.node(id),
        (box, members) => found.nodesIn(box).every((at) => members.has(placed[at]!.id)),
      ),
    }));
  }, [stages, placed, spatial]);
  const labels = useMemo(() => wires.flatMap(({ data }) => data?.labels?.cost ?? []), [wires]);
  return (
    <ViewportPortal>
      {bands.map(({ stage, pieces }) =>
        pieces.map((piece, i) => {
          const { x, y, width, height } = piece;
          const { from, to } = widestFree(piece, labels);
          const titles = i === widest(pieces) ? titlesOf(stage) : [stage.size];
          return (
            <div
              key={`${stage.nodes[0]} ${x} ${y}`}
              className="stage-band"
              style={
                {
                  transform: `translate(${x}px, ${y}px)`,
                  width,
                  height,
                  // Behind a label that stands there, as far from it as words of one text are not.
                  '--indent': `${from === x ? 0 : from - x + AIR / 2}px`,
                } as CSSProperties
              }
            >
              <span>{firstFitting(titles, LETTER.near, to - from)}</span>
              {/* Figures are read from further than words. */}
              <span className="is-far">{firstFitting(titles.slice(-2), LETTER.far, width)}</span>
            </div>
          );
        }),
      )}
    </ViewportPortal>
  );
}

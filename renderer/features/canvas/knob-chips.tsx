import { useStore, ViewportPortal } from '@xyflow/react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { KnobChip } from '../../cards/knob-chip.tsx';
import { NODE_WIDTH } from '../../layout/geometry.ts';
import { knobsShown, useSteering } from '../../state/steering.ts';
import { useApp } from '../../state/use-app.ts';
import type { FoundKnob } from '../../workers/steer-job.ts';
import { useScopes } from './use-nodes.ts';

/** However far away, chips are read; larger than this they would cover their neighbours. */
const MOST_SCALE = 2.4;
/** Between the chips of two stages. */
const AIR = 8;

/** How far a design reaches across the canvas. */
function endOf(layout: Design['layout']): number {
  return Object.values(layout).reduce(
    (most, { x }) => Math.max(most, x + NODE_WIDTH),
    Number.NEGATIVE_INFINITY,
  );
}

interface Chips {
  readonly knobs: readonly FoundKnob[];
  /** Of the node that they stand over. */
  readonly x: number;
  readonly y: number;
}

/**
 * Where the chips of each stage begin: over its first node, and where the next of the same row or the end of the design
 * leaves too little room for their width, further to the left.
 */
function beginnings(chips: readonly Chips[], widths: readonly number[], end: number): readonly number[] {
  const lefts = new Array<number>(chips.length).fill(0);
  const limits = new Map<number, number>();
  const fromRight = chips.map((each, i) => ({ ...each, i })).sort((one, other) => other.x - one.x);
  for (const { x, y, i } of fromRight) {
    const left = Math.min(x, (limits.get(y) ?? end) - (widths[i] ?? 0));
    lefts[i] = left;
    limits.set(y, left - AIR);
  }
  return lefts;
}

/** While a design is being fitted, the knobs of each stage stand where the stage begins. */
export function KnobChips() {
  const shown = useApp((state) => state.panel === 'fit' && state.base === 0);
  const knobs = useSteering(knobsShown);
  return shown && knobs ? <AllChips knobs={knobs} /> : null;
}

function AllChips({ knobs }: { readonly knobs: readonly FoundKnob[] }) {
  const { layout } = useScopes().base.design;
  const end = useMemo(() => endOf(layout), [layout]);
  const scale = useStore(({ transform: [, , zoom] }) => Math.min(MOST_SCALE, Math.max(1, 0.9 / zoom)));
  const choices = useSteering((state) => state.choices);
  const chips = useMemo(() => {
    const byAnchor = new Map<NodeId, FoundKnob[]>();
    for (const knob of knobs)
      if (knob.anchor !== undefined) byAnchor.set(knob.anchor, [...(byAnchor.get(knob.anchor) ?? []), knob]);
    return [...byAnchor].flatMap(([anchor, own]): readonly Chips[] => {
      const at = layout[anchor];
      return at ? [{ knobs: own, ...at }] : [];
    });
  }, [knobs, layout]);
  const all = useRef<HTMLDivElement>(null);
  const [widths, setWidths] = useState<readonly number[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen says how much stands in them.
  useLayoutEffect(() => {
    setWidths(Array.from(all.current?.children ?? [], (each) => each.clientWidth));
  }, [chips, choices]);
  const lefts = beginnings(
    chips,
    widths.map((width) => width * scale),
    end,
  );
  return (
    <ViewportPortal>
      <div ref={all}>
        {chips.map(({ knobs: own, y }, i) => (
          <div
            key={own[0]!.id}
            className="stage-chips nopan nodrag"
            data-stage={own[0]!.id.slice(0, Math.max(0, own[0]!.id.lastIndexOf('.')))}
            style={{
              transform: `translate(${lefts[i]}px, ${y - 8}px) scale(${scale}) translateY(-100%)`,
            }}
          >
            {own.map((knob) => (
              <KnobChip key={knob.id} knob={knob} />
            ))}
          </div>
        ))}
      </div>
    </ViewportPortal>
  );
}

import { useStore, ViewportPortal } from '@xyflow/react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { KnobChip } from '../../cards/knob-chip.tsx';
import { NODE_WIDTH } from '../../layout/geometry.ts';
import { useSteering } from '../../state/steering.ts';
import { useApp } from '../../state/use-app.ts';
import type { FoundKnob } from '../../workers/steer-job.ts';
import { useScopes } from './use-nodes.ts';

/** However far away, chips are read; larger than this they would cover their neighbours. */
const MOST_SCALE = 2.4;

function reach(layout: Design['layout']): readonly [start: number, end: number] {
  let [start, end] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x } of Object.values(layout)) {
    start = Math.min(start, x);
    end = Math.max(end, x + NODE_WIDTH);
  }
  return [start, end];
}

/** While a design is being fitted, the knobs of each stage stand where the stage begins. */
export function KnobChips() {
  const shown = useApp((state) => state.panel === 'fit' && state.base === 0);
  const knobs = useSteering((state) => state.known?.knobs);
  const { layout } = useScopes().base.design;
  const [start, end] = useMemo(() => reach(layout), [layout]);
  if (!shown || !knobs) return null;
  const byAnchor = new Map<NodeId, FoundKnob[]>();
  for (const knob of knobs) {
    if (knob.anchor === undefined) continue;
    const list = byAnchor.get(knob.anchor);
    if (list) list.push(knob);
    else byAnchor.set(knob.anchor, [knob]);
  }
  return (
    <ViewportPortal>
      {[...byAnchor].map(([anchor, own]) => (
        <StageChips key={anchor} anchor={anchor} knobs={own} start={start} end={end} />
      ))}
    </ViewportPortal>
  );
}

interface StageChipsProps {
  readonly anchor: NodeId;
  readonly knobs: readonly FoundKnob[];
  /** How far the design reaches across the canvas. */
  readonly start: number;
  readonly end: number;
}

function StageChips({ anchor, knobs, start, end }: StageChipsProps) {
  const at = useScopes().base.design.layout[anchor];
  const scale = useStore(({ transform: [, , zoom] }) => Math.min(MOST_SCALE, Math.max(1, 0.9 / zoom)));
  const chips = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const choices = useSteering((state) => state.choices);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is chosen says how much stands in them.
  useLayoutEffect(() => {
    setWidth(chips.current?.offsetWidth ?? 0);
  }, [knobs, choices]);
  if (!at) return null;
  // At the end of a row they reach back over it, not out of the picture.
  const left = Math.max(start, Math.min(at.x, end - width * scale));
  const stage = knobs[0]!.id.slice(0, Math.max(0, knobs[0]!.id.lastIndexOf('.')));
  return (
    <div
      ref={chips}
      className="stage-chips nopan nodrag"
      data-stage={stage}
      style={{ transform: `translate(${left}px, ${at.y - 8}px) scale(${scale}) translateY(-100%)` }}
    >
      {knobs.map((knob) => (
        <KnobChip key={knob.id} knob={knob} />
      ))}
    </div>
  );
}

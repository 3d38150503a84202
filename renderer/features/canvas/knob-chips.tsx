import { useStore, ViewportPortal } from '@xyflow/react';
import type { NodeId } from '../../../shared/graph/design.ts';
import { KnobChip } from '../../cards/knob-chip.tsx';
import { useSteering } from '../../state/steering.ts';
import { useApp } from '../../state/use-app.ts';
import type { FoundKnob } from '../../workers/steer-job.ts';
import { useScopes } from './use-nodes.ts';

/** However far away, chips are read; larger than this they would cover their neighbours. */
const MOST_SCALE = 2.4;

/** While a design is being fitted, the knobs of each stage stand where the stage begins. */
export function KnobChips() {
  const shown = useApp((state) => state.panel === 'fit' && state.base === 0);
  const knobs = useSteering((state) => state.known?.knobs);
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
        <StageChips key={anchor} anchor={anchor} knobs={own} />
      ))}
    </ViewportPortal>
  );
}

function StageChips({ anchor, knobs }: { readonly anchor: NodeId; readonly knobs: readonly FoundKnob[] }) {
  const at = useScopes().base.design.layout[anchor];
  const scale = useStore(({ transform: [, , zoom] }) => Math.min(MOST_SCALE, Math.max(1, 0.9 / zoom)));
  if (!at) return null;
  const stage = knobs[0]!.id.slice(0, Math.max(0, knobs[0]!.id.lastIndexOf('.')));
  return (
    <div
      className="stage-chips nopan nodrag"
      data-stage={stage}
      style={{ transform: `translate(${at.x}px, ${at.y - 8}px) scale(${scale}) translateY(-100%)` }}
    >
      {knobs.map((knob) => (
        <KnobChip key={knob.id} knob={knob} />
      ))}
    </div>
  );
}

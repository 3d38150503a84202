import { ArrowLeftRight } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useMemo, useState } from 'react';
import { type Swap, swapNode, swapsFor } from '../../../shared/analysis/swap.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { named, useT } from '../../i18n/i18n.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { short, shortBytes, signed } from '../../parts/format.ts';
import { useLandmark } from '../../parts/landmark.tsx';
import { designOf } from '../../state/app-state.ts';
import { nodeName } from '../../state/names.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';
import { ponder, stopPondering } from '../../state/what-if.ts';

/** Opens the menu of the kinds that the node can become; what each costs is seen before it is taken. */
export function SwapMenu({ id }: { readonly id: NodeId }) {
  const app = useTheApp();
  const t = useT();
  const [open, setOpen] = useState(false);
  const landmark = useLandmark();
  const trigger = useFocusTarget<HTMLButtonElement>('inspector.swap', () => setOpen(true));
  const known = useApp((state) => state.analysis.facts.get(id)?.cost !== undefined);
  if (!known) return null;
  return (
    <DropdownMenu.Root
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        if (!next) stopPondering(app);
      }}
    >
      <DropdownMenu.Trigger asChild>
        <button ref={trigger} type="button" className="button is-small swap-button" data-testid="swap">
          <ArrowLeftRight size={13} /> {t('Swap kind …')}
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={landmark}>
        <DropdownMenu.Content className="menu swap-menu" align="start" sideOffset={4} collisionPadding={8}>
          {open ? <Kinds id={id} /> : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Kinds({ id }: { readonly id: NodeId }) {
  const app = useTheApp();
  const t = useT();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const swaps = useMemo(() => swapsFor(design, analysis, id), [design, analysis, id]);
  if (swaps.length === 0) return <p className="empty">{t('No other kind gives the same shape here.')}</p>;
  const take = ({ kind, node }: Swap): void => {
    const title = named(definitionOf(kind).title);
    app.getState().edit(t('{{name}} becomes {{kind}}', { name: id, kind: title }), swapNode(id, node));
  };
  return swaps.map((swap) => (
    <DropdownMenu.Item
      key={swap.kind}
      className="menu-item"
      data-swap={swap.kind}
      style={familyStyle(definitionOf(swap.kind).group)}
      onFocus={() => ponder(app, swapNode(id, swap.node))}
      onSelect={() => take(swap)}
    >
      <LayerIcon kind={swap.kind} size={16} />
      <span>{nodeName(swap.node)}</span>
      <small className="swap-costs">{costsOf(swap) || t('costs the same')}</small>
    </DropdownMenu.Item>
  ));
}

/** `−1.6 G · −523 K`: multiply-adds, parameters, bytes of output, where they differ. */
function costsOf({ difference: { macs, params, outputBytes } }: Swap): string {
  return [
    macs === 0 ? '' : `${signed(macs, short)} MACs`,
    params === 0 ? '' : `${signed(params, short)} params`,
    outputBytes === 0 ? '' : signed(outputBytes, shortBytes),
  ]
    .filter((text) => text !== '')
    .join(' · ');
}

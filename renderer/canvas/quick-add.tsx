import { Command } from 'cmdk';
import { useEffect, useRef } from 'react';
import { catalog, definitionOf, isNodeKind, type NodeKind } from '../../shared/blocks/index.ts';
import { useT } from '../i18n/i18n.ts';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { initials, rank } from '../parts/rank.ts';
import { familyStyle } from '../parts/theme.ts';

export interface QuickAddAt {
  /** Pixels in the window. */
  readonly x: number;
  readonly y: number;
  /** Offer only what takes an input. */
  readonly needsInput: boolean;
}

const RECENT = 'recent-kinds';
const MOST_RECENT = 5;

function recentKinds(): readonly NodeKind[] {
  return (localStorage.getItem(RECENT) ?? '').split(',').filter(isNodeKind);
}

function remember(kind: NodeKind): void {
  const others = recentKinds().filter((other) => other !== kind);
  localStorage.setItem(RECENT, [kind, ...others].slice(0, MOST_RECENT).join(','));
}

/** A search box where the pointer is: type, Enter, and the layer is there. */
export function QuickAdd({
  at,
  onChoose,
  onClose,
}: {
  readonly at: QuickAddAt;
  readonly onChoose: (kind: NodeKind) => void;
  readonly onClose: () => void;
}) {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leave = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    window.addEventListener('pointerdown', leave, true);
    return () => window.removeEventListener('pointerdown', leave, true);
  }, [onClose]);
  const kinds = (Object.keys(catalog) as NodeKind[]).filter(
    (kind) => !at.needsInput || definitionOf(kind).inputs.length > 0,
  );
  const recent = recentKinds().filter((kind) => kinds.includes(kind));
  const choose = (kind: NodeKind): void => {
    remember(kind);
    onChoose(kind);
  };
  return (
    <div
      ref={box}
      className="quick-add popover"
      style={{ left: Math.min(at.x, window.innerWidth - 300), top: Math.min(at.y, window.innerHeight - 360) }}
    >
      <Command
        label={t('Add a layer')}
        filter={rank}
        loop
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
        }}
      >
        <Command.Input autoFocus placeholder={t('Add a layer …')} />
        <Command.List>
          <Command.Empty>{t('Nothing of that name.')}</Command.Empty>
          {recent.length > 0 ? (
            <Command.Group heading={t('Recent')}>
              {recent.map((kind) => (
                <Item key={kind} kind={kind} value={`recent ${kind}`} onSelect={choose} />
              ))}
            </Command.Group>
          ) : null}
          <Command.Group heading={t('All')}>
            {kinds.map((kind) => (
              <Item key={kind} kind={kind} value={kind} onSelect={choose} />
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </div>
  );
}

function Item({
  kind,
  value,
  onSelect,
}: {
  readonly kind: NodeKind;
  readonly value: string;
  readonly onSelect: (kind: NodeKind) => void;
}) {
  const { title, group } = definitionOf(kind);
  return (
    <Command.Item
      value={value}
      keywords={[title, group, kind, initials(title)]}
      onSelect={() => onSelect(kind)}
      style={familyStyle(group)}
    >
      <LayerIcon kind={kind} size={18} />
      <span>{title}</span>
      <span className="muted">{kind}</span>
    </Command.Item>
  );
}

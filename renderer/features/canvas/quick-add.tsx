import { Command } from 'cmdk';
import { useEffect, useRef } from 'react';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { useT } from '../../i18n/i18n.ts';
import type { Addable } from '../../layout/addable.ts';
import { useAddables } from '../../layout/addables.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { initials, rank } from '../../parts/rank.ts';
import type { App } from '../../state/app.ts';
import { useTheApp } from '../../state/use-app.ts';

export interface QuickAddAt {
  /** Pixels in the window. */
  readonly x: number;
  readonly y: number;
  /** Offer only what takes an input. */
  readonly needsInput: boolean;
}

const RECENT = 'recent-kinds';
const MOST_RECENT = 5;

function recentIds({ storage }: App): readonly string[] {
  return (storage.getItem(RECENT) ?? '').split(',');
}

function remember(app: App, id: string): void {
  const others = recentIds(app).filter((other) => other !== id);
  app.storage.setItem(RECENT, [id, ...others].slice(0, MOST_RECENT).join(','));
}

/** A search box where the pointer is: type, Enter, and the layer is there. */
export function QuickAdd({
  at,
  onChoose,
  onClose,
}: {
  readonly at: QuickAddAt;
  readonly onChoose: (added: Addable) => void;
  readonly onClose: () => void;
}) {
  const t = useT();
  const app = useTheApp();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const leave = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    window.addEventListener('pointerdown', leave, true);
    return () => window.removeEventListener('pointerdown', leave, true);
  }, [onClose]);
  const all = useAddables().filter(({ kind }) => !at.needsInput || definitionOf(kind).inputs.length > 0);
  const recent = recentIds(app).flatMap((id) => all.find((each) => each.id === id) ?? []);
  const choose = (added: Addable): void => {
    remember(app, added.id);
    onChoose(added);
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
              {recent.map((each) => (
                <Item key={each.id} added={each} value={`recent ${each.id}`} onSelect={choose} />
              ))}
            </Command.Group>
          ) : null}
          <Command.Group heading={t('All')}>
            {all.map((each) => (
              <Item key={each.id} added={each} value={each.id} onSelect={choose} />
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </div>
  );
}

function Item({
  added,
  value,
  onSelect,
}: {
  readonly added: Addable;
  readonly value: string;
  readonly onSelect: (added: Addable) => void;
}) {
  const { title, group, kind } = added;
  return (
    <Command.Item
      value={value}
      keywords={[title, group, kind, initials(title)]}
      onSelect={() => onSelect(added)}
      style={familyStyle(group)}
    >
      <LayerIcon kind={kind} size={18} />
      <span>{title}</span>
      <span className="muted">{kind}</span>
    </Command.Item>
  );
}

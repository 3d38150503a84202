import { Command } from 'cmdk';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Dims } from '../../../shared/base/dims.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { useT } from '../../i18n/i18n.ts';
import type { Addable } from '../../layout/addable.ts';
import { nameOf } from '../../layout/addable.ts';
import { useAddables } from '../../layout/addables.ts';
import { findAddables } from '../../layout/find-addable.ts';
import { fittings } from '../../layout/fitting.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { designOf } from '../../state/app-state.ts';
import type { Storage } from '../../state/settings.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

export interface QuickAddAt {
  /** Pixels in the window. */
  readonly x: number;
  readonly y: number;
  /** Offer only what takes an input. */
  readonly needsInput: boolean;
  /** What feeds it: what can take that comes first. */
  readonly fedBy?: Dims;
  /** What the selected layer gives: what can follow comes first until something is typed, which may be for elsewhere. */
  readonly follows?: Dims;
}

/** Pixels that the box takes at most. */
const HEIGHT = 400;
const RECENT = 'recent-kinds';
const MOST_RECENT = 5;

const recentIds = (storage: Storage): readonly string[] => (storage.getItem(RECENT) ?? '').split(',');

function remember(storage: Storage, id: string): void {
  const others = recentIds(storage).filter((other) => other !== id);
  storage.setItem(RECENT, [id, ...others].slice(0, MOST_RECENT).join(','));
}

interface Offer {
  readonly heading: string;
  readonly items: readonly { readonly added: Addable; readonly misfit?: string | undefined }[];
}

/** What is offered for what was typed: where something feeds it, what fits there first. */
function useOffers({ needsInput, fedBy, follows }: QuickAddAt, search: string): readonly Offer[] {
  const { storage } = useTheApp();
  const t = useT();
  const blocks = useApp((state) => designOf(state).blocks);
  const addables = useAddables();
  const all = useMemo(
    () => addables.filter(({ kind }) => !needsInput || definitionOf(kind).inputs.length > 0),
    [addables, needsInput],
  );
  const typed = search.trim() !== '';
  const before = fedBy ?? (typed ? undefined : follows);
  const fitting = useMemo(() => before && fittings(all, before, blocks), [all, before, blocks]);
  const recent = recentIds(storage);
  const isRecent = ({ added }: { readonly added: Addable }): boolean => recent.includes(added.id);
  if (fitting) {
    const misfits = new Map(fitting.map(({ added, misfit }) => [added.id, misfit] as const));
    const found = typed
      ? findAddables(
          fitting.map(({ added }) => added),
          search,
          recent,
        )
      : fitting.filter(({ misfit }) => misfit === undefined).map(({ added }) => added);
    const items = found.map((added) => ({ added, misfit: misfits.get(added.id) }));
    const fits = items.filter(({ misfit }) => misfit === undefined);
    if (!fedBy)
      return [
        { heading: t('Recent'), items: fits.filter(isRecent) },
        { heading: t('Fits here'), items: fits.filter((item) => !isRecent(item)) },
      ];
    return [
      { heading: t('Fits here'), items: fits },
      { heading: t('Does not fit here'), items: items.filter(({ misfit }) => misfit !== undefined) },
    ];
  }
  const found = findAddables(all, search, recent);
  const items = found.map((added) => ({ added }));
  if (typed) return [{ heading: t('Found'), items }];
  return [
    { heading: t('Recent'), items: items.filter(isRecent) },
    { heading: t('All'), items: items.filter((item) => !isRecent(item) && item.added.variant === undefined) },
  ];
}

/** A search box where the pointer is: type, Enter, and the layer is there. */
export function QuickAdd({
  at,
  onChoose,
  onClose,
  onLeave,
}: {
  readonly at: QuickAddAt;
  readonly onChoose: (added: Addable) => void;
  /** The canvas has the focus again. */
  readonly onClose: () => void;
  /** The focus goes where it will. */
  readonly onLeave: () => void;
}) {
  const { storage } = useTheApp();
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const [search, setSearch] = useState('');
  const offers = useOffers(at, search).filter(({ items }) => items.length > 0);
  useEffect(() => {
    const leave = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    window.addEventListener('pointerdown', leave, true);
    return () => window.removeEventListener('pointerdown', leave, true);
  }, [onClose]);
  return (
    <div
      ref={box}
      className="quick-add popover"
      style={{
        left: Math.max(0, Math.min(at.x, window.innerWidth - 300)),
        top: Math.max(0, Math.min(at.y, window.innerHeight - HEIGHT)),
      }}
    >
      <Command
        label={t('Add a layer')}
        shouldFilter={false}
        loop
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          // Leads on through the window, and leaves nothing open behind.
          if (event.key === 'Tab') onLeave();
        }}
      >
        <Command.Input autoFocus placeholder={t('Add a layer …')} value={search} onValueChange={setSearch} />
        <Command.List>
          {offers.length === 0 ? <p className="empty">{t('Nothing of that name.')}</p> : null}
          {offers.map(({ heading, items }) => (
            <Command.Group key={heading} heading={heading}>
              {items.map(({ added, misfit }) => (
                <Item
                  key={added.id}
                  added={added}
                  misfit={misfit}
                  onSelect={() => {
                    remember(storage, added.id);
                    onChoose(added);
                  }}
                />
              ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </div>
  );
}

function Item({
  added,
  misfit,
  onSelect,
}: {
  readonly added: Addable;
  readonly misfit: string | undefined;
  readonly onSelect: () => void;
}) {
  const { id, group, kind } = added;
  return (
    <Command.Item
      value={id}
      data-kind={id}
      className={misfit === undefined ? undefined : 'is-misfit'}
      title={misfit}
      onSelect={onSelect}
      style={familyStyle(group)}
    >
      <LayerIcon kind={kind} size={18} />
      <span>{nameOf(added)}</span>
      <span className="muted">{misfit ?? kind}</span>
    </Command.Item>
  );
}

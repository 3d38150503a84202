import { Search } from 'lucide-react';
import { useState } from 'react';
import { blocks, catalog, definitionOf, type NodeKind } from '../../shared/blocks/index.ts';
import { type Group, groups } from '../../shared/layers/define.ts';
import { addAfterSelection } from '../canvas/adding.ts';
import { DRAG_TYPE } from '../canvas/canvas.tsx';
import { viewport } from '../canvas/viewport.ts';
import { useT } from '../i18n/i18n.ts';
import { groupTitles } from '../parts/group-titles.ts';
import { LayerIcon } from '../parts/layer-icon.tsx';
import { initials } from '../parts/rank.ts';
import { familyStyle } from '../parts/theme.ts';

const kinds = Object.keys(catalog) as NodeKind[];
/** What networks are made of first; operators that only imported models use come last, folded. */
const order: readonly Group[] = [
  'io',
  'convolution',
  'block',
  'pooling',
  'dense',
  'activation',
  'normalisation',
  'merge',
  'shape',
  'math',
];
const folded = new Set<Group>(['shape', 'math']);

function matches(kind: NodeKind, query: string): boolean {
  const { title, summary, group } = definitionOf(kind);
  const text = `${kind} ${title} ${initials(title)} ${summary} ${group}`.toLowerCase();
  const words = query.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}

/** Everything that can be put on the canvas: drag it there, or press Enter. */
export function Palette() {
  const t = useT();
  const [query, setQuery] = useState('');
  const shown = kinds.filter((kind) => matches(kind, query));
  const present = order.filter(
    (group) => groups.includes(group) && shown.some((kind) => definitionOf(kind).group === group),
  );
  return (
    <nav className="palette" aria-label={t('Layers')}>
      <label className="search">
        <Search size={15} aria-hidden="true" />
        <input
          type="search"
          value={query}
          placeholder={t('Find a layer')}
          aria-label={t('Find a layer')}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const first = shown[0];
            if (event.key === 'Enter' && query !== '' && first) addAfterSelection(first, viewport.middle());
            if (event.key === 'Escape') setQuery('');
          }}
        />
      </label>
      <div className="palette-list">
        {present.map((group) => (
          <details key={group} open={query !== '' || !folded.has(group)} style={familyStyle(group)}>
            <summary>{t(groupTitles[group])}</summary>
            <ul>
              {shown
                .filter((kind) => definitionOf(kind).group === group)
                .map((kind) => (
                  <PaletteEntry key={kind} kind={kind} />
                ))}
            </ul>
          </details>
        ))}
        {present.length === 0 ? <p className="empty">{t('Nothing of that name.')}</p> : null}
      </div>
    </nav>
  );
}

function PaletteEntry({ kind }: { readonly kind: NodeKind }) {
  const { title, summary } = definitionOf(kind);
  return (
    <li>
      <button
        type="button"
        draggable
        className={`palette-entry${kind in blocks ? ' is-block' : ''}`}
        title={summary}
        data-kind={kind}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAG_TYPE, kind);
          event.dataTransfer.setData('text/plain', title);
          event.dataTransfer.effectAllowed = 'copy';
        }}
        onClick={() => addAfterSelection(kind, viewport.middle())}
      >
        <LayerIcon kind={kind} size={20} />
        <span>{title}</span>
      </button>
    </li>
  );
}

import { Search } from 'lucide-react';
import { Fragment, useState } from 'react';
import { type Group, groups } from '../../../shared/layers/define.ts';
import { groupTitles } from '../../cards/group-titles.ts';
import { named, useT } from '../../i18n/i18n.ts';
import type { Addable } from '../../layout/addable.ts';
import { useAddables } from '../../layout/addables.ts';
import { addAfterSelection } from '../../layout/adding.ts';
import { findAddables } from '../../layout/find-addable.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { initials } from '../../parts/rank.ts';
import { useTheApp } from '../../state/use-app.ts';
import { firstWithin, useFocusTarget } from '../../state/use-focus.ts';
import { OwnBlocks } from './own-blocks.tsx';
import { PaletteEntry } from './palette-entry.tsx';
import { useListWalk } from './walk-list.ts';

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

/** Uses of a layer that have a name are found by it, and else not listed beside it. */
function matches({ kind, title, summary, group, words, variant }: Addable, query: string): boolean {
  if (query === '') return variant === undefined;
  const text = [kind, title, named(title), initials(title), summary, named(summary), group, ...words]
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Everything that can be put on the canvas: drag it there, or press Enter. */
export function Palette() {
  const app = useTheApp();
  const t = useT();
  const part = useFocusTarget<HTMLElement>('palette', firstWithin);
  const list = useListWalk<HTMLDivElement>();
  const [query, setQuery] = useState('');
  const all = useAddables();
  const shown = all.filter((each) => matches(each, query));
  const present = order.filter(
    (group) => groups.includes(group) && shown.some((each) => each.group === group),
  );
  return (
    <nav ref={part} className="palette" tabIndex={-1} aria-label={t('Layers')}>
      <label className="search">
        <Search size={15} aria-hidden="true" />
        <input
          type="search"
          value={query}
          placeholder={t('Find a layer')}
          aria-label={t('Find a layer')}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            // What is meant, wherever its family stands in the list.
            const [first] = findAddables(shown, query, []);
            if (event.key === 'Enter' && query !== '' && first)
              addAfterSelection(app, first, app.viewport.middle());
            if (event.key === 'Escape') setQuery('');
          }}
        />
      </label>
      <div ref={list} className="palette-list">
        {present.map((group) => (
          <Fragment key={group}>
            <details open={query !== '' || !folded.has(group)} style={familyStyle(group)}>
              <summary>{t(groupTitles[group])}</summary>
              <ul>
                {shown
                  .filter((each) => each.group === group && each.block === undefined)
                  .map((each) => (
                    <li key={each.id}>
                      <PaletteEntry added={each} />
                    </li>
                  ))}
              </ul>
            </details>
            {group === 'block' ? <OwnBlocks shown={shown} /> : null}
          </Fragment>
        ))}
        {present.length === 0 ? <p className="empty">{t('Nothing of that name.')}</p> : null}
      </div>
    </nav>
  );
}

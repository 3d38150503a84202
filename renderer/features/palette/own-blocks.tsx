import { X } from 'lucide-react';
import { usesOf } from '../../../shared/graph/block-edits.ts';
import { useT } from '../../i18n/i18n.ts';
import type { Addable } from '../../layout/addable.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { documentOf } from '../../state/app-state.ts';
import { dropBlock } from '../../state/blocks.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { PaletteEntry } from './palette-entry.tsx';

/** The blocks of the design's own: to be used again, or removed once nothing uses them. */
export function OwnBlocks({ shown }: { readonly shown: readonly Addable[] }) {
  const app = useTheApp();
  const t = useT();
  const design = useApp(documentOf);
  const own = shown.filter(({ block }) => block !== undefined);
  if (own.length === 0) return null;
  return (
    <details open style={familyStyle('block')}>
      <summary>{t('My blocks')}</summary>
      <ul>
        {own.map((each) => {
          const { block = '' } = each;
          return (
            <li key={each.id} className="palette-own">
              <PaletteEntry added={each} />
              {usesOf(design, block) === 0 ? (
                <button
                  type="button"
                  className="icon-button is-small"
                  aria-label={t('Remove block {{name}}', { name: block })}
                  title={t('Nothing uses it: remove it')}
                  onClick={() => dropBlock(app, block)}
                >
                  <X size={13} />
                </button>
              ) : null}
            </li>
          );
        })}
      </ul>
    </details>
  );
}

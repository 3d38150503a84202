import { ChevronRight, PackageOpen, X } from 'lucide-react';
import { usesOf } from '../../../shared/graph/block-edits.ts';
import { useCommands } from '../../commands/use-commands.ts';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { leaveBlock } from '../../state/blocks.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useScopes } from './use-nodes.ts';

/** The way to the block whose inside is shown, and back. */
export function BlockBar() {
  const app = useTheApp();
  const commands = useCommands();
  const t = useT();
  const { trail, block, sealed } = useScopes().base;
  const name = useApp((state) => documentOf(state).name);
  const uses = useApp((state) => (block === undefined ? 0 : usesOf(documentOf(state), block)));
  if (trail.length === 0) return null;
  return (
    <header className="breadcrumb" data-testid="block-bar">
      <button type="button" className="link" onClick={() => leaveBlock(app, 0)}>
        {name}
      </button>
      {trail.slice(0, -1).map((id, i) => (
        <span key={trail.slice(0, i + 1).join('/')} className="breadcrumb-part">
          <ChevronRight size={14} />
          <button type="button" className="link" onClick={() => leaveBlock(app, i + 1)}>
            {id}
          </button>
        </span>
      ))}
      <ChevronRight size={14} />
      <strong>{trail.at(-1)}</strong>
      <span className="muted">
        {sealed
          ? t('to look at; change it through its parameters')
          : uses > 1
            ? t('What changes in {{block}} changes all {{count}} nodes that stand for it', {
                block: block ?? '',
                count: uses,
              })
            : t('Inside of {{block}}', { block: block ?? '' })}
      </span>
      <span className="spacer" />
      {sealed ? (
        <button type="button" className="button is-small" onClick={() => commands.run('unpack')}>
          <PackageOpen size={14} /> {t('Unpack into layers')}
        </button>
      ) : null}
      <button
        type="button"
        className="icon-button"
        aria-label={t('Leave the block')}
        title={`${t('Leave the block')} (Esc)`}
        onClick={() => leaveBlock(app, trail.length - 1)}
      >
        <X size={16} />
      </button>
    </header>
  );
}

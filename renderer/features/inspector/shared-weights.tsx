import type { NodeId } from '../../../shared/graph/design.ts';
import { ownerOf, twinsOf } from '../../../shared/graph/shared-weights.ts';
import { shareWeights, unlinkWeights } from '../../../shared/graph/sharing-edits.ts';
import { useT } from '../../i18n/i18n.ts';
import { designOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** That a node uses the weights of others, who they are, and the way to them and out of it. */
export function SharedWeights({ id, disabled }: { readonly id: NodeId; readonly disabled: boolean }) {
  const app = useTheApp();
  const t = useT();
  const { nodes } = useApp(designOf);
  const others = twinsOf(nodes, id).filter((other) => other !== id);
  if (others.length === 0) return null;
  const { edit, select } = app.getState();
  const owns = nodes[id]?.weights === undefined;
  return (
    <section className="shared-weights" aria-label={t('Shared weights')}>
      <p className="hint">
        {owns ? t('Its weights are also those of') : t('It shares weights with')}{' '}
        {others.map((other) => (
          <button key={other} type="button" className="link" onClick={() => select([other])}>
            {other}
          </button>
        ))}
      </p>
      <div className="button-row">
        <button
          type="button"
          className="button is-small"
          disabled={disabled}
          onClick={() => edit(t('Unlink {{name}}', { name: id }), unlinkWeights([id]))}
        >
          {t('Unlink')}
        </button>
      </div>
    </section>
  );
}

/** Lets nodes of one kind use the same weights, those of the first. */
export function ShareRow({ ids, disabled }: { readonly ids: readonly NodeId[]; readonly disabled: boolean }) {
  const app = useTheApp();
  const t = useT();
  const { nodes } = useApp(designOf);
  const [first, ...rest] = ids;
  if (first === undefined) return null;
  const owner = ownerOf(nodes, first);
  if (rest.every((id) => ownerOf(nodes, id) === owner)) return null;
  return (
    <div className="button-row">
      <button
        type="button"
        className="button is-small"
        disabled={disabled}
        onClick={() =>
          app.getState().edit(t('Share the weights of {{name}}', { name: first }), shareWeights(rest, first))
        }
      >
        {t('Share the weights of {{name}}', { name: first })}
      </button>
    </div>
  );
}

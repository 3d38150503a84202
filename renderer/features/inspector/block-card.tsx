import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { mayHold, ownCopy, usesOf } from '../../../shared/graph/block-edits.ts';
import { setParams } from '../../../shared/graph/edits.ts';
import { CommandTextButton } from '../../commands/command-text-button.tsx';
import { NameField } from '../../fields/name-field.tsx';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { giveBlockName } from '../../state/blocks.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** Which of the user's blocks a node stands for, what that is called, and how many share it. */
export function BlockCard({ facts }: { readonly facts: NodeFacts }) {
  const app = useTheApp();
  const t = useT();
  const { id, node } = facts;
  const name = String(node.params.block);
  const blocks = useApp((state) => documentOf(state).blocks);
  const within = useApp((state) => state.block);
  const uses = useApp((state) => usesOf(documentOf(state), name));
  const choices = Object.keys(blocks).filter(
    (each) => each === name || within === undefined || mayHold(blocks, within, each),
  );
  return (
    <div className="fields">
      {choices.length > 1 ? (
        <label className="typed-field">
          <span>{t('Stands for')}</span>
          <select
            value={name}
            data-testid="block-choice"
            onChange={(event) =>
              app
                .getState()
                .edit(
                  t('Make {{name}} a {{block}}', { name: id, block: event.target.value }),
                  setParams([id], { block: event.target.value }),
                )
            }
          >
            {choices.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <BlockName key={name} name={name} />
      {uses > 1 ? (
        <p className="hint">
          {t('{{count}} nodes stand for this block: what changes in it changes all of them.', {
            count: uses,
          })}{' '}
          <button
            type="button"
            className="link"
            onClick={() =>
              app.getState().edit(t('Give {{name}} a block of its own', { name: id }), ownCopy(id))
            }
          >
            {t('Make a copy for this node alone')}
          </button>
        </p>
      ) : null}
      <div className="button-row">
        <CommandTextButton id="openBlock">{t('Open block')}</CommandTextButton>
        <CommandTextButton id="unpack">{t('Unpack into layers')}</CommandTextButton>
      </div>
    </div>
  );
}

function BlockName({ name }: { readonly name: string }) {
  const app = useTheApp();
  const t = useT();
  const blocks = useApp((state) => documentOf(state).blocks);
  return (
    <NameField
      label={t('Block name')}
      name={name}
      isTaken={(other) => Object.hasOwn(blocks, other)}
      taken={t('There is already a block of that name.')}
      onRename={(other) => giveBlockName(app, name, other)}
      testId="block-name"
    />
  );
}

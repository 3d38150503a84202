import imagenetNames from '../../../assets/imagenet-classes.json';
import { readClassNames } from '../../../shared/formats/class-names.ts';
import { setRun } from '../../../shared/graph/edits.ts';
import { t, useT } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { pickFile } from '../../state/pick-file.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

export interface Names {
  readonly of: 'design' | 'imagenet' | 'nobody';
  readonly names: readonly string[];
}

/** What the classes are called: as the design says, as ImageNet says where there are 1000, or by nobody. */
export function useClassNames(count: number): Names {
  const own = useApp((state) => documentOf(state).run.classes);
  if (own) return { of: 'design', names: own };
  if (count === imagenetNames.length) return { of: 'imagenet', names: imagenetNames };
  return { of: 'nobody', names: [] };
}

/** Takes names from a file into the design; what cannot be read is told, and the names stay as they are. */
async function openNames(app: App): Promise<void> {
  const file = await pickFile(app, 'classes');
  if (!file) return;
  const read = readClassNames(new TextDecoder().decode(file.bytes));
  if (read.ok) {
    app.getState().editDocument(t('Class names'), setRun({ classes: read.value }));
    return;
  }
  const lines = read.problems.map(saidInFull);
  const title = t('{{name}} could not be opened', { name: file.name });
  app.getState().notify({ kind: 'error', title, lines });
}

/** Whose names are shown, and how to change that. */
export function ClassNamesLine({ count, names }: { readonly count: number; readonly names: Names }) {
  const app = useTheApp();
  const t = useT();
  const isShort = names.of === 'design' && names.names.length !== count;
  return (
    <p className="class-names hint">
      {names.of === 'imagenet' ? t('Named by ImageNet.') : null}
      {names.of === 'nobody' ? t('The classes have no names.') : null}
      {names.of === 'design'
        ? isShort
          ? t('{{names}} names for {{count}} outputs.', { names: names.names.length, count })
          : t('Named by the design.')
        : null}{' '}
      <button type="button" className="link" onClick={() => void openNames(app)}>
        {t('Names from a file …')}
      </button>
      {names.of === 'design' ? (
        <>
          {' · '}
          <button
            type="button"
            className="link"
            onClick={() => app.getState().editDocument(t('Class names'), setRun({ classes: undefined }))}
          >
            {t('Remove')}
          </button>
        </>
      ) : null}
    </p>
  );
}

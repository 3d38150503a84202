import { undo } from '../../../shared/graph/history.ts';
import { zoo, zooEntry } from '../../../shared/zoo/index.ts';
import { fromHost } from '../../documents/file-to-open.ts';
import { readFile } from '../../documents/files.ts';
import { saidAgain } from '../../i18n/again.ts';
import { t as translate, useT } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { comparedOf, compareWith } from '../../state/compared.ts';
import { pickFile } from '../../state/pick-file.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

const FILE = 'a file';
const STATE = 'this state';
const STEP = 'step ';
/** The steps that one still knows by their names. */
const MOST_STEPS = 30;

/** Adds a file, a published network, this very state or an earlier one to what is compared. */
export function AddDesign() {
  const app = useTheApp();
  const t = useT();
  const past = useApp((state) => state.history.past);
  const first = Math.max(0, past.length - MOST_STEPS);
  return (
    <select
      className="compare-add"
      value=""
      aria-label={t('Compare with …')}
      onChange={(event) => void add(app, event.target.value)}
    >
      <option value="">{t('Compare with …')}</option>
      <option value={FILE}>{t('A file …')}</option>
      <option value={STATE}>{t('This state, kept')}</option>
      {past.length > 0 ? (
        <optgroup label={t('Before a step')}>
          {past.slice(first).map(({ label }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place.
            <option key={place} value={`${STEP}${first + place}`}>
              {saidAgain(label)}
            </option>
          ))}
        </optgroup>
      ) : null}
      <optgroup label={t('Published networks')}>
        {zoo.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

async function add(app: App, what: string): Promise<void> {
  if (what === FILE) return addFile(app);
  if (what === STATE) return keepState(app);
  if (what.startsWith(STEP)) return addStep(app, Number(what.slice(STEP.length)));
  const entry = zooEntry(what);
  if (entry) compareWith(app, { name: entry.title, design: entry.build() });
}

async function addFile(app: App): Promise<void> {
  const opened = await pickFile(app, 'design');
  const read = opened && (await readFile(app, fromHost(app, opened)));
  if (!read) return;
  const { design, weights } = read;
  compareWith(app, { name: opened.name, design, ...(weights ? { weights } : {}) });
}

export function keepState(app: App): void {
  const design = documentOf(app.getState());
  const { others } = comparedOf(app).getState();
  for (let number = 1; ; number++) {
    const name = translate('{{name}}, state {{number}}', { name: design.name, number });
    if (others.some((other) => other.name === name)) continue;
    compareWith(app, { name, design });
    return;
  }
}

/** The design before a step of the history. */
function addStep(app: App, step: number): void {
  let { history } = app.getState();
  const label = history.past[step]?.label;
  if (label === undefined) return;
  while (history.past.length > step) history = undo(history);
  compareWith(app, {
    name: translate('before “{{change}}”', { change: saidAgain(label) }),
    design: history.design,
  });
}

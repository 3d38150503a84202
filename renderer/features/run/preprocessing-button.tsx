import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import type { Dims } from '../../../shared/base/dims.ts';
import { setRun } from '../../../shared/graph/edits.ts';
import { type Preprocessing, preprocessingParams } from '../../../shared/graph/run-settings.ts';
import {
  type PreprocessingName,
  preprocessingFor,
  preprocessingNamed,
  preprocessingNames,
} from '../../../shared/runtime/image.ts';
import type { Param } from '../../../shared/schema/params.ts';
import { ParamField } from '../../fields/param-field.tsx';
import { useT } from '../../i18n/i18n.ts';
import { documentOf } from '../../state/app-state.ts';
import { preprocessingTitles, samePreprocessing } from '../../state/run/preprocessings.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { FedPreview } from './fed-preview.tsx';

const OWN = 'own';

/** The sample (C, H, W) of the first input that takes a picture; undefined where none does. */
export function usePictureInput(): Dims | undefined {
  return useApp((state) => {
    for (const id of state.whole.analysis.order) {
      const facts = state.whole.analysis.facts.get(id);
      if (facts?.node.kind !== 'input') continue;
      const [, ...sample] = facts.outputs?.out ?? [];
      if (sample.length === 3 && (sample[0] === 1 || sample[0] === 3)) return facts.outputs?.out;
    }
    return undefined;
  })?.slice(1);
}

/** In a few words: `crop, 0–1, mean and deviation`. */
function summaryOf(now: Preprocessing, sample: Dims, t: ReturnType<typeof useT>): string {
  const name = preprocessingNames.find((each) =>
    samePreprocessing(preprocessingNamed(each, [sample[1]!, sample[2]!]), now),
  );
  if (name !== undefined) return t(preprocessingTitles[name]);
  const scaling = now.mean.some((value) => value !== 0) || now.std.some((value) => value !== 1);
  return [
    now.range === '0-1' ? '0 … 1' : '0 … 255',
    ...(sample[0] === 3 && now.order === 'bgr' ? ['BGR'] : []),
    ...(now.invert ? ['1 − x'] : []),
    ...(scaling ? [`− ${now.mean.join(', ')} ÷ ${now.std.join(', ')}`] : []),
  ].join(' · ');
}

/** How a picture becomes the input: shown in short, changed in a window of its own, kept in the design. */
export function PreprocessingButton() {
  const app = useTheApp();
  const t = useT();
  const settings = useApp((state) => documentOf(state).run);
  const sample = usePictureInput();
  if (!sample) return null;
  const now = preprocessingFor(settings, sample);
  const [channels = 1, height = 1, width = 1] = sample;
  const preset = preprocessingNames.find((name) =>
    samePreprocessing(preprocessingNamed(name, [height, width]), now),
  );
  const become = (next: Preprocessing): void =>
    app.getState().editDocument(t('Preprocessing'), setRun({ preprocessing: next }), 'preprocessing');
  const shown = Object.entries<Param>(preprocessingParams).filter(
    ([name]) => (name !== 'resize' || now.fit === 'crop') && (name !== 'order' || channels === 3),
  );
  return (
    <div className="run-field">
      <span>{t('Preprocessing')}</span>
      <Popover.Root>
        <Popover.Trigger asChild>
          <button type="button" className="select-like" data-testid="preprocessing">
            <span>{summaryOf(now, sample, t)}</span>
            <ChevronDown size={13} aria-hidden="true" />
          </button>
        </Popover.Trigger>
        <Popover.Portal>
          <Popover.Content
            className="popover preprocessing"
            side="top"
            align="start"
            sideOffset={6}
            collisionPadding={8}
            onCloseAutoFocus={() => app.getState().endGesture()}
          >
            <div className="preprocessing-fields">
              <div className="field">
                <label className="choice-field">
                  <span>{t('As trained')}</span>
                  <select
                    value={preset ?? OWN}
                    aria-label={t('As trained')}
                    onChange={(event) => {
                      become(preprocessingNamed(event.target.value as PreprocessingName, [height, width]));
                      app.getState().endGesture();
                    }}
                  >
                    {preset === undefined ? (
                      <option value={OWN} disabled>
                        {t('of its own')}
                      </option>
                    ) : null}
                    {preprocessingNames.map((name) => (
                      <option key={name} value={name}>
                        {t(preprocessingTitles[name])}
                      </option>
                    ))}
                  </select>
                </label>
              </div>
              {shown.map(([name, p]) => (
                <ParamField
                  key={name}
                  name={name}
                  p={p}
                  value={now[name as keyof Preprocessing]}
                  onChange={(value) => become({ ...now, [name]: value })}
                  onDone={() => app.getState().endGesture()}
                />
              ))}
            </div>
            <FedPreview sample={sample} how={now} />
            <Popover.Arrow className="popover-arrow" />
          </Popover.Content>
        </Popover.Portal>
      </Popover.Root>
    </div>
  );
}

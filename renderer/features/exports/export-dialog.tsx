import { Dialog } from 'radix-ui';
import { useMemo } from 'react';
import {
  type Encoding,
  type ExportForm,
  encodingInfo,
  encodings,
  optionsOf,
  type Subject,
  subjectInfo,
  subjects,
} from '../../../shared/formats/exports/forms.ts';
import {
  type ExportOption,
  type ExportOptions,
  exportParams,
} from '../../../shared/formats/exports/options.ts';
import { ParamField } from '../../fields/param-field.tsx';
import { useT } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { exportChoicesOf, useExportChoices } from './choices.ts';
import { Preview, usePreview } from './preview.tsx';
import { currentSource, writeExport } from './write.ts';

/** Pictures and tables of the design: what, as what, how, with a preview that follows every choice. */
export function ExportDialog() {
  const app = useTheApp();
  const open = useApp((state) => state.overlay === 'export');
  const close = (): void => app.getState().closeOverlay();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : close())}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade" />
        <Dialog.Content className="dialog export-dialog" aria-describedby={undefined} data-testid="export">
          <Content close={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ close }: { readonly close: () => void }) {
  const app = useTheApp();
  const t = useT();
  const { form, options } = useExportChoices();
  const source = useMemo(() => currentSource(app, t), [app, t]);
  const shown = usePreview(form, source, options);
  const { doc, text } = encodingInfo[form.encoding];
  const content = shown?.kind === 'text' ? shown.text : undefined;
  return (
    <>
      <Dialog.Title>{t('Export picture or table')}</Dialog.Title>
      <div className="export-columns">
        <div className="export-choices">
          <Choice
            label={t('What')}
            values={subjects}
            chosen={form.subject}
            titleOf={(subject) => t(subjectInfo[subject].title)}
            onChoose={(subject) => chooseForm(app, withSubject(form, subject))}
          />
          <p className="hint">{t(subjectInfo[form.subject].doc)}</p>
          <Choice
            label={t('As')}
            values={encodings.filter((encoding) => encodingInfo[encoding].subjects.includes(form.subject))}
            chosen={form.encoding}
            titleOf={(encoding) => encodingInfo[encoding].title}
            onChoose={(encoding) => chooseForm(app, { ...form, encoding })}
          />
          <p className="hint">{t(doc)}</p>
          <Fields form={form} options={options} />
        </div>
        <div className="export-preview">
          <Preview
            shown={shown}
            transparent={options.transparent && optionsOf(form).includes('transparent')}
          />
        </div>
      </div>
      <div className="button-row is-end">
        <span className="muted export-size" data-testid="export-size">
          {shown?.kind === 'picture' ? sizeOf(form, shown.scene, options) : ''}
        </span>
        <button type="button" className="button" onClick={close}>
          {t('Cancel')}
        </button>
        {text && content !== undefined ? (
          <button
            type="button"
            className="button"
            onClick={() => void navigator.clipboard.writeText(content)}
          >
            {t('Copy')}
          </button>
        ) : null}
        <button
          type="button"
          className="button is-primary"
          disabled={shown === undefined || shown.kind === 'problems'}
          onClick={() => {
            close();
            void writeExport(app, form, options);
          }}
        >
          {t('Save as …')}
        </button>
      </div>
    </>
  );
}

function chooseForm(app: App, form: ExportForm): void {
  exportChoicesOf(app).setState({ form });
}

/** Keeps the encoding where the other subject has it. */
function withSubject({ encoding }: ExportForm, subject: Subject): ExportForm {
  const fits = (other: Encoding): boolean => encodingInfo[other].subjects.includes(subject);
  return { subject, encoding: fits(encoding) ? encoding : encodings.find(fits)! };
}

function sizeOf(
  { encoding }: ExportForm,
  { widthPixels, heightPixels }: { readonly widthPixels: number; readonly heightPixels: number },
  { ratio }: ExportOptions,
): string {
  const times = encoding === 'png' ? ratio : 1;
  return `${Math.ceil(widthPixels * times)} × ${Math.ceil(heightPixels * times)} px`;
}

function Choice<V extends string>({
  label,
  values,
  chosen,
  titleOf,
  onChoose,
}: {
  readonly label: string;
  readonly values: readonly V[];
  readonly chosen: V;
  readonly titleOf: (value: V) => string;
  readonly onChoose: (value: V) => void;
}) {
  return (
    <fieldset className="export-choice">
      <legend>{label}</legend>
      <div className="chips">
        {values.map((value) => (
          <label key={value} className={`chip${value === chosen ? ' is-chosen' : ''}`}>
            <input
              type="radio"
              name={label}
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            {titleOf(value)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Fields({ form, options }: { readonly form: ExportForm; readonly options: ExportOptions }) {
  const app = useTheApp();
  return (
    <div className="fields">
      {optionsOf(form).map((name) => (
        <ParamField
          key={name}
          name={name}
          p={exportParams[name]}
          value={options[name]}
          onChange={(value) => choose(app, name, value)}
          onDone={() => undefined}
        />
      ))}
    </div>
  );
}

function choose(app: App, name: ExportOption, value: unknown): void {
  exportChoicesOf(app).setState(({ options }) => ({ options: { ...options, [name]: value } }));
}

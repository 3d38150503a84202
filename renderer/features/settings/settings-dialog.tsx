import { Dialog } from 'radix-ui';
import { type ReactNode, useEffect, useState } from 'react';
import { conventionInfo } from '../../../shared/analysis/conventions.ts';
import type { WideVectorsHere } from '../../../shared/host/contract.ts';
import { type SettingName, settingChoices } from '../../../shared/host/settings.ts';
import { languages, useT } from '../../i18n/i18n.ts';
import { readChoice } from '../../state/settings.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { choose } from './settings-state.ts';

const nameTitles: Readonly<Record<SettingName, string>> = {
  theme: 'Theme',
  language: 'Language',
  units: 'Sizes in bytes',
  convention: 'Operations are counted as',
  wheel: 'The wheel over the canvas',
  flow: 'Designs without places run',
  keepOnClose: 'Unsaved work when a window is closed',
  wideVectors: 'Wide vectors',
  updates: 'Updates',
};

const valueTitles: Readonly<Record<string, string>> = {
  'theme.system': 'As the system',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'language.system': 'As the system',
  'units.binary': 'KiB, MiB: powers of 1,024',
  'units.decimal': 'kB, MB: powers of 1,000',
  'wheel.zoom': 'zooms',
  'wheel.pan': 'moves',
  'flow.best': 'the way that reads best',
  'flow.right': 'left to right',
  'flow.down': 'top to bottom',
  'keepOnClose.no': 'Ask',
  'keepOnClose.yes': 'Keep it for the next start',
  'wideVectors.no': 'Off',
  'wideVectors.yes': 'On, from the next start: V8 may use wider vectors',
  'updates.never': 'Look only when asked',
  'updates.start': 'Look when Netwright starts, and ask',
};

/** Settings that a page in a browser has no use for. */
const ofDesktop: readonly SettingName[] = ['wideVectors', 'updates'];

export function SettingsDialog() {
  const app = useTheApp();
  const open = useApp((state) => state.overlay === 'settings');
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : app.getState().closeOverlay())}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade" />
        <Dialog.Content className="dialog settings" aria-describedby={undefined} data-testid="settings">
          <Content />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content() {
  const app = useTheApp();
  const t = useT();
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const names = (Object.keys(settingChoices) as SettingName[]).filter(
    (name) => app.host.kind === 'desktop' || !ofDesktop.includes(name),
  );
  return (
    <>
      <Dialog.Title>{t('Settings')}</Dialog.Title>
      <div className="settings-rows">
        {names.map((name) => {
          const row = (
            <label key={name} className="settings-row">
              <span>{t(nameTitles[name])}</span>
              <select
                data-setting={name}
                value={chosen[name] ?? readChoice(app.storage, name)}
                onChange={({ target: { value } }) => {
                  choose(app, name, value);
                  setChosen({ ...chosen, [name]: value });
                }}
              >
                {settingChoices[name].map((value) => (
                  <option key={value} value={value}>
                    {t(titleOf(name, value))}
                  </option>
                ))}
              </select>
            </label>
          );
          return name === 'wideVectors' ? <OfferedWhereItPays key={name}>{row}</OfferedWhereItPays> : row;
        })}
        <div className="settings-row">
          <span>{t('Telemetry')}</span>
          <span className="muted">{t('none: Netwright tells nobody anything')}</span>
        </div>
        <SettingsFile />
      </div>
      <div className="button-row is-end">
        <button type="button" className="button is-primary" onClick={() => app.getState().closeOverlay()}>
          {t('Close')}
        </button>
      </div>
    </>
  );
}

/** Wide vectors are a matter of V8 and of the processor: measured and checked before they can be chosen. */
function OfferedWhereItPays({ children }: { readonly children: ReactNode }) {
  const { host } = useTheApp();
  const t = useT();
  const [found, setFound] = useState<WideVectorsHere>();
  const [measuring, setMeasuring] = useState(false);
  useEffect(() => {
    host.wideVectors({ measure: false }).then(setFound, () => undefined);
  }, [host]);
  const measure = async () => {
    setMeasuring(true);
    try {
      setFound(await host.wideVectors({ measure: true }));
    } finally {
      setMeasuring(false);
    }
  };
  if (!found) return null;
  const gain = (found.percent / 100).toFixed(2);
  if (found.state === 'pays')
    return (
      <>
        {children}
        <div className="settings-row">
          <span />
          <span className="muted">{t('{{gain}} times as fast here, with equal results', { gain })}</span>
        </div>
      </>
    );
  return (
    <div className="settings-row" data-wide={found.state}>
      <span>{t(nameTitles.wideVectors)}</span>
      {found.state === 'unknown' ? (
        <button type="button" className="button" disabled={measuring} onClick={() => void measure()}>
          {t(measuring ? 'Measuring …' : 'Measure whether they pay here')}
        </button>
      ) : (
        <span className="muted">{t(whyNotWide[found.state], { gain })}</span>
      )}
    </div>
  );
}

const whyNotWide = {
  slow: 'Not offered: {{gain}} times as fast here',
  differs: 'Not offered: results differ here',
  untried: 'Not offered: they could not be tried here',
} as const;

function titleOf(name: SettingName, value: string): string {
  if (name === 'convention') return conventionInfo[value as keyof typeof conventionInfo].title;
  if (name === 'language' && value !== 'system') return languages[value as keyof typeof languages];
  return valueTitles[`${name}.${value}`] ?? value;
}

/** Where the same values can be edited. */
function SettingsFile() {
  const { host } = useTheApp();
  const t = useT();
  const [file, setFile] = useState('');
  useEffect(() => {
    host.readSettings().then(
      (settings) => setFile(settings.file),
      () => undefined,
    );
  }, [host]);
  return (
    <div className="settings-row">
      <span>{t('File')}</span>
      <code className="settings-file">{file === '' ? t('kept by the browser') : file}</code>
    </div>
  );
}

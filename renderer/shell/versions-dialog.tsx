import { Dialog } from 'radix-ui';
import type { Version } from '../../shared/host/contract.ts';
import {
  closeVersions,
  compareVersion,
  lookAtVersion,
  openVersion,
  restoreVersion,
  timeOf,
  useVersions,
} from '../documents/versions.ts';
import { useT } from '../i18n/i18n.ts';
import { shortBytes } from '../parts/format.ts';
import type { App } from '../state/app.ts';
import { useTheApp } from '../state/use-app.ts';

const actTitles = {
  look: 'Look at it',
  compare: 'Compare',
  copy: 'Open a copy',
  restore: 'Restore',
} as const;

type Act = keyof typeof actTitles;

/** What can be done with a saved state. */
const acts: readonly (readonly [Act, (app: App, version: Version) => Promise<void>])[] = [
  ['look', lookAtVersion],
  ['compare', compareVersion],
  ['copy', openVersion],
  ['restore', restoreVersion],
];

/** The saved states of the document: each can be looked at, held against what is shown, or restored, which can be undone. */
export function VersionsDialog() {
  const t = useT();
  const app = useTheApp();
  const list = useVersions((state) => state.list);
  return (
    <Dialog.Root open={list !== undefined} onOpenChange={(open) => (open ? undefined : closeVersions(app))}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade" />
        <Dialog.Content className="dialog has-versions" data-testid="versions">
          <Dialog.Title>{t('Earlier versions')}</Dialog.Title>
          <Dialog.Description>
            {list?.length
              ? t('What the file held when it was saved. Restoring is an edit: it can be undone.')
              : t('There are none yet: every save makes one.')}
          </Dialog.Description>
          <ul className="versions">
            {list?.map((version) => (
              <li key={version.version} className="button-row">
                <span>{timeOf(version)}</span>
                <span className="muted">{shortBytes(version.sizeBytes)}</span>
                <span className="spacer" />
                {acts.map(([act, perform]) => (
                  <button
                    key={act}
                    type="button"
                    className="button is-small"
                    data-act={act}
                    onClick={() => void perform(app, version)}
                  >
                    {t(actTitles[act])}
                  </button>
                ))}
              </li>
            ))}
          </ul>
          <div className="button-row is-end">
            <button type="button" className="button is-primary" onClick={() => closeVersions(app)}>
              {t('Close')}
            </button>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { saidBy } from '../../state/faults.ts';
import { runOf } from '../../state/run/run-store.ts';

export async function newWindow(app: App): Promise<void> {
  await app.host.newWindow();
}

/** Shows the document's file where it lies. */
export async function revealFile(app: App): Promise<void> {
  const { file } = app.getState();
  if (!file) return;
  try {
    await app.host.reveal({ grant: file.grant });
  } catch (error) {
    const title = t('The folder could not be shown');
    app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
  }
}

/** What runs long is shown where the system shows such things. */
export function showProgress(app: App): void {
  let told: number | null = null;
  runOf(app).subscribe(({ status }) => {
    const now = status.kind === 'running' ? thousandthsOf(status) : null;
    if (now === told) return;
    told = now;
    app.host.setProgress({ thousandths: now }).catch(() => undefined);
  });
}

function thousandthsOf({ progress, runsDone, runsInAll }: Running): number {
  const within = progress && progress.total > 0 ? progress.done / progress.total : 0;
  return Math.round((1000 * (runsDone + Math.min(1, within))) / Math.max(1, runsInAll));
}

interface Running {
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  readonly runsDone: number;
  readonly runsInAll: number;
}

import { unreachable } from '../../shared/base/unreachable.ts';
import { modelFormats } from '../../shared/formats/models.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { Force, SaveRefusal } from '../../shared/host/contract.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { documentOf, isDirty } from '../state/app-state.ts';
import type { DocumentFile } from '../state/document-state.ts';
import { saidBy } from '../state/faults.ts';
import { settleConflict, tellConflict } from './conflict.ts';

const [SPEC_ENDING] = modelFormats.spec.endings;

/** The design's name as files can have it, without an ending. */
export function stemOf({ name }: Design): string {
  return name.replace(/[^\p{L}\p{N}_-]+/gu, '-').replace(/^-+|-+$/g, '') || 'network';
}

/** How a save ended: `refused` says why nothing was written, for whoever asked to tell it. */
export type Saved = 'saved' | 'cancelled' | { readonly refused: string; readonly told?: true };

/** Saves the document where it came from; `force` is what the user said may be written over. */
export async function save(app: App, force: readonly Force[] = []): Promise<Saved> {
  const { file, opened } = app.getState();
  if (!file?.grant) return saveAs(app);
  // What is written counts as saved, not what becomes of it while it is written.
  const design = documentOf(app.getState());
  const bytes = new TextEncoder().encode(writeSpec(design));
  try {
    const refusal = await app.host.saveFile({ grant: file.grant, bytes, force });
    if (refusal) return decide(app, file, refusal, force);
  } catch (error) {
    return { refused: saidBy(error) };
  }
  if (app.getState().opened === opened) app.getState().markSaved(file, design);
  settleConflict(app);
  return 'saved';
}

async function decide(
  app: App,
  file: DocumentFile,
  refusal: SaveRefusal,
  force: readonly Force[],
): Promise<Saved> {
  switch (refusal.kind) {
    case 'changed':
      tellConflict(app, file);
      return { refused: t('The file was changed by another program'), told: true };
    case 'read-only':
      return askReadOnly(app, file, force);
    case 'special':
    case 'failed':
      return { refused: t(refusal.reason) };
    default:
      return unreachable(refusal.kind);
  }
}

async function askReadOnly(app: App, file: DocumentFile, force: readonly Force[]): Promise<Saved> {
  const choice = await app.ask({
    title: t('{{name}} is read-only', { name: file.name }),
    text: t('It can be replaced all the same, and stays read-only; or the design is saved elsewhere.'),
    choices: [
      { id: 'replace', title: t('Replace it') },
      { id: 'elsewhere', title: t('Save as …'), primary: true },
    ],
  });
  if (choice === 'replace') return save(app, [...force, 'read-only']);
  return choice === 'elsewhere' ? saveAs(app) : 'cancelled';
}

/** Saves the document where the user says; the document is that file from then on. */
export async function saveAs(app: App, name?: string): Promise<Saved> {
  const { file, opened } = app.getState();
  const design = documentOf(app.getState());
  try {
    const saved = await app.host.saveFileAs({
      suggestedName: name ?? file?.name ?? `${stemOf(design)}${SPEC_ENDING}`,
      bytes: new TextEncoder().encode(writeSpec(design)),
      remember: true,
    });
    if (!saved) return 'cancelled';
    if (app.getState().opened === opened) app.getState().markSaved(saved, design);
  } catch (error) {
    return { refused: saidBy(error) };
  }
  settleConflict(app);
  return 'saved';
}

/** Saves for a command: why it could not be done is told. */
export async function saveAndTell(app: App, saving: Promise<Saved>): Promise<void> {
  const saved = await saving;
  const name = app.getState().file?.name ?? documentOf(app.getState()).name;
  if (saved === 'saved') app.getState().say(t('Saved as {{name}}', { name }));
  if (typeof saved === 'string' || saved.told) return;
  const title = t('{{name}} could not be saved', { name });
  app.getState().notify({ kind: 'error', title, lines: [saved.refused] });
}

/**
 * Asks before unsaved changes are lost, and saves them if told to. A save that fails is told in the question, which is
 * asked again. Whoever closes the window may also keep the work as it is for the next start.
 */
export async function settleChanges(app: App, closing: boolean): Promise<'stay' | 'go' | 'kept'> {
  for (let trouble = ''; ; ) {
    if (!isDirty(app.getState())) return 'go';
    const choice = await app.ask({
      title: t('Save the changes to {{name}}?', { name: documentOf(app.getState()).name }),
      text: trouble === '' ? t('They are lost otherwise.') : trouble,
      choices: [
        { id: 'discard', title: t('Do not save') },
        ...(closing ? [{ id: 'keep', title: t('Keep for the next start') }] : []),
        ...(trouble === '' ? [] : [{ id: 'elsewhere', title: t('Save as …') }]),
        { id: 'save', title: t('Save'), primary: true },
      ],
    });
    if (choice === undefined) return 'stay';
    if (choice === 'discard') return 'go';
    if (choice === 'keep') return 'kept';
    const saved = await (choice === 'save' ? save(app) : saveAs(app));
    if (saved === 'cancelled') return 'stay';
    trouble = saved === 'saved' ? '' : t('It could not be saved: {{reason}}', { reason: saved.refused });
  }
}

/** True when it is fine to show something else: nothing is unsaved, or the user does not want it. */
export const mayDiscard = async (app: App): Promise<boolean> => (await settleChanges(app, false)) === 'go';

import { t } from '../i18n/i18n.ts';
import type { App } from './app.ts';
import { documentOf } from './app-state.ts';

/** What is known of a fault, to be copied into a report: nothing of what the user drew, or of their files. */
export function detailsOf({ about, deeds, getState }: App, error: unknown): string {
  const state = getState();
  const { nodes, blocks } = documentOf(state);
  return [
    about,
    `${state.screen}, panel ${state.panel}, ${Object.keys(nodes).length} nodes, ${Object.keys(blocks).length} blocks`,
    `last commands: ${deeds.last().join(' ') || 'none'}`,
    '',
    error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error),
  ].join('\n');
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What an error says, in the language of the app where that is known. */
export const saidBy = (error: unknown): string => t(reasonOf(error));

/** What was stopped on purpose is no fault. */
const isStopped = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'AbortError' || error.name === 'RunCancelled');

/**
 * Tells of something that nobody expected: what it means for the user's work, and the details for whoever mends it. What
 * was only stopped is not told.
 */
export function tellFault(app: App, error: unknown, title = t('Something in Netwright broke')): void {
  if (isStopped(error)) return;
  app.getState().notify({
    kind: 'error',
    title,
    lines: [saidBy(error), t('Your design is safe, and all the rest of the window works on.')],
    details: detailsOf(app, error),
  });
}

import { createStore } from 'zustand/vanilla';
import type { Severity } from '../../shared/graph/design.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from './app.ts';
import { defineSlice, useSlice } from './slice.ts';

/** What of the rule book lies open: a rule's page, the choice of packs, or neither. */
export type OpenRules =
  | { readonly kind: 'none' }
  | { readonly kind: 'packs' }
  | { readonly kind: 'rule'; readonly id: string };

const closed: OpenRules = { kind: 'none' };
export const openRulesOf = defineSlice<OpenRules>(() => createStore<OpenRules>(() => closed));
export const useOpenRules = (): OpenRules => useSlice(openRulesOf, (state) => state);

export const showRule = (app: App, id: string): void => openRulesOf(app).setState({ kind: 'rule', id }, true);
export const showPacks = (app: App): void => openRulesOf(app).setState({ kind: 'packs' }, true);
export const closeRules = (app: App): void => openRulesOf(app).setState(closed, true);

export function choosePack(app: App, pack: string): void {
  app.getState().editDocument(t('Choose rules'), (draft) => {
    draft.lint.preset = pack;
  });
}

/** Gives a rule a severity of the design's own; without one its pack decides again. */
export function chooseSeverity(app: App, rule: string, severity: Severity | undefined): void {
  app.getState().editDocument(t('Severity of {{rule}}', { rule }), ({ lint }) => {
    const { severity: _, ...rest } = lint.rules[rule] ?? {};
    if (severity !== undefined) lint.rules[rule] = { ...rest, severity };
    else if (Object.keys(rest).length > 0) lint.rules[rule] = rest;
    else delete lint.rules[rule];
  });
}

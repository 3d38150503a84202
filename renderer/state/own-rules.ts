import { createStore } from 'zustand/vanilla';
import type { NodeId, Severity } from '../../shared/graph/design.ts';
import { usualSeverity } from '../../shared/graph/own-rules.ts';
import type { App } from './app.ts';
import { defineSlice, useSlice } from './slice.ts';

/** A rule of one's own as it is being typed: patterns divided by commas, empty where nothing is asked for. */
export interface RuleDraft {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly group: string;
  readonly stage: string;
  readonly block: string;
  readonly after: string;
  readonly before: string;
  readonly when: string;
  readonly message: string;
  readonly severity: Severity;
  readonly param: string;
  readonly value: string;
}

export const blankRule: RuleDraft = {
  id: '',
  kind: '',
  name: '',
  group: '',
  stage: '',
  block: '',
  after: '',
  before: '',
  when: '',
  message: '',
  severity: usualSeverity,
  param: '',
  value: '',
};

/** How the rule that is being written sees a node: it looks at it, or is broken there. */
export type Lit = 'looked-at' | 'broken';

interface Writing {
  readonly open: boolean;
  /** What is being typed; undefined while the rules are listed. */
  readonly draft: RuleDraft | undefined;
  /** The rule of the design that it is to replace; undefined for a new one. */
  readonly replaces: string | undefined;
  readonly lit: ReadonlyMap<NodeId, Lit>;
}

const nothingLit: ReadonlyMap<NodeId, Lit> = new Map();
const listed: Writing = { open: false, draft: undefined, replaces: undefined, lit: nothingLit };

/** Another document is open: what was typed was about another design. */
export const ownRulesOf = defineSlice<Writing>((app) => {
  const store = createStore<Writing>()(() => listed);
  app.subscribe((state, before) => {
    if (state.opened !== before.opened || state.screen !== before.screen) store.setState(listed);
  });
  return store;
});

export const useOwnRules = <Part>(select: (state: Writing) => Part): Part => useSlice(ownRulesOf, select);

export const showOwnRules = (app: App): void => ownRulesOf(app).setState({ open: true });
export const closeOwnRules = (app: App): void => ownRulesOf(app).setState(listed);

/** Begins to write a rule, or to change one. */
export const writeRule = (app: App, draft: RuleDraft, replaces?: string): void =>
  ownRulesOf(app).setState({ open: true, draft, replaces });

export const putRuleAway = (app: App): void =>
  ownRulesOf(app).setState({ draft: undefined, replaces: undefined, lit: nothingLit });

export function typeRule(app: App, change: Partial<RuleDraft>): void {
  const { draft } = ownRulesOf(app).getState();
  if (draft) ownRulesOf(app).setState({ draft: { ...draft, ...change } });
}

export const light = (app: App, lit: ReadonlyMap<NodeId, Lit> = nothingLit): void =>
  ownRulesOf(app).setState({ lit });

import type { Draft } from 'immer';
import type { Design, DesignNode } from '../../../shared/graph/design.ts';
import type { OwnRule } from '../../../shared/graph/own-rules.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';

/** Writes a rule into the design, in the place of the one that it replaces. */
export function keepRule(app: App, rule: OwnRule, replaces: string | undefined): void {
  app.getState().editDocument(t('Write the rule {{rule}}', { rule: rule.id }), (draft) => {
    const own = [...(draft.lint.own ?? [])];
    const at = own.findIndex(({ id }) => id === replaces);
    own.splice(at < 0 ? own.length : at, at < 0 ? 0 : 1, rule as Draft<OwnRule>);
    draft.lint.own = own;
    if (replaces !== undefined && replaces !== rule.id) rename(draft, replaces, rule.id);
  });
}

/** What was said of a rule is said of it under its new name. */
function rename(draft: Draft<Design>, from: string, to: string): void {
  const setting = draft.lint.rules[from];
  if (setting) {
    draft.lint.rules[to] = setting;
    delete draft.lint.rules[from];
  }
  const all: Draft<Record<string, DesignNode>>[] = [
    draft.nodes,
    ...Object.values(draft.blocks).map(({ nodes }) => nodes),
  ];
  for (const nodes of all)
    for (const node of Object.values(nodes))
      for (const silence of node.suppress ?? []) if (silence.rule === from) silence.rule = to;
}

export function dropRule(app: App, id: string): void {
  app.getState().editDocument(t('Remove the rule {{rule}}', { rule: id }), ({ lint }) => {
    const rest = (lint.own ?? []).filter((rule) => rule.id !== id);
    if (rest.length > 0) lint.own = rest;
    else delete lint.own;
    delete lint.rules[id];
  });
}

import type { Phrase } from '../../../shared/base/messages.ts';
import { readOwnRules } from '../../../shared/formats/spec/read-own-rules.ts';
import { Reading } from '../../../shared/formats/spec/reading.ts';
import type { LintSettings } from '../../../shared/graph/design.ts';
import {
  MAX_EXPRESSION_LENGTH,
  MAX_MESSAGE_LENGTH,
  type OwnRule,
  selectKeys,
} from '../../../shared/graph/own-rules.ts';
import { mistakesOf, ownRule } from '../../../shared/lint/own/rule.ts';
import { rules } from '../../../shared/lint/rules.ts';
import type { Json } from '../../../shared/schema/codec.ts';
import { t } from '../../i18n/i18n.ts';
import { said } from '../../i18n/said.ts';
import type { RuleDraft } from '../../state/own-rules.ts';

/** What keeps a draft from being a rule. */
export interface Wrong {
  readonly text: string;
  /** Where in the text of the field, 0-based; undefined where it is the field as a whole. */
  readonly at?: number;
}

export interface ReadDraft {
  /** Undefined while something is wrong. */
  readonly rule: OwnRule | undefined;
  /** By field, of each the first thing. */
  readonly wrong: Readonly<Partial<Record<keyof RuleDraft, Wrong>>>;
}

/** What is typed, read as it would stand in the file: what a file may not say, a form may not either. */
export function readDraft(draft: RuleDraft, taken: ReadonlySet<string>): ReadDraft {
  const wrong: Partial<Record<keyof RuleDraft, Wrong>> = {};
  const tell = (field: keyof RuleDraft | undefined, text: string, at?: number): void => {
    if (field !== undefined) wrong[field] ??= { text, ...(at === undefined ? {} : { at }) };
  };
  if (taken.has(draft.id) || Object.hasOwn(rules, draft.id))
    tell('id', t('There is a rule called {{rule}} already.', { rule: draft.id }));
  const reading = new Reading((path) => ({ path: path.join('.') }));
  const [read] = readOwnRules(reading, [jsonOf(draft)], []);
  for (const { where, told } of reading.problems)
    tell(fieldAt(where.path ?? ''), sentences(told.message, told.hint));
  if (draft.id.trim() === '') wrong.id = { text: t('Give it a name in small letters, such as wide-enough.') };
  if (draft.when.trim() === '') wrong.when = { text: t('Say when it is broken.') };
  if (draft.message.trim() === '') wrong.message = { text: t('Say what it tells.') };
  const isShort = draft.when.length <= MAX_EXPRESSION_LENGTH && draft.message.length <= MAX_MESSAGE_LENGTH;
  for (const { key, mistake } of isShort ? mistakesOf(draft) : [])
    tell(key, said(mistake.reason), mistake.at);
  if (!read || !reading.isFine) return { rule: undefined, wrong };
  const checked = ownRule(read, '0');
  if (!checked.ok)
    for (const { where, told, code } of checked.problems)
      if (code !== 'bad-expression') tell(fieldAt(where.path ?? ''), sentences(told.message, told.hint));
  return { rule: Object.keys(wrong).length === 0 ? read : undefined, wrong };
}

const sentences = (message: Phrase, hint: Phrase): string => `${said(message)} ${said(hint)}`;

/** `0.select.kind` and `0.fix.param` are of the fields `kind` and `param`. */
function fieldAt(path: string): keyof RuleDraft | undefined {
  const [, first, second] = path.split('.');
  if (first === 'select') return selectKeys.find((key) => key === second);
  if (first === 'fix') return second === 'value' ? 'value' : 'param';
  return (['id', 'when', 'message', 'severity'] as const).find((key) => key === first) ?? 'id';
}

function jsonOf({ id, when, message, severity, param, value, ...patterns }: RuleDraft): Json {
  const select = Object.fromEntries(
    selectKeys.flatMap((key) => {
      const texts = patterns[key]
        .split(',')
        .map((text) => text.trim())
        .filter((text) => text !== '');
      return texts.length === 0 ? [] : [[key, texts.length === 1 ? texts[0]! : texts] as const];
    }),
  );
  const json = { id: id.trim(), select, when, message, severity };
  return param.trim() === '' ? json : { ...json, fix: { param: param.trim(), value: typedValue(value) } };
}

/** A number, a list or true as in a file; all else is text, such as `same`. */
function typedValue(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text.trim();
  }
}

/** A rule as the form shows it. */
export function draftOf({ id, select, when, message, severity, fix }: OwnRule): RuleDraft {
  const patterns = Object.fromEntries(
    selectKeys.map((key) => [key, [select[key] ?? []].flat().join(', ')]),
  ) as Record<(typeof selectKeys)[number], string>;
  const value = fix?.value;
  return {
    id,
    ...patterns,
    when,
    message,
    severity,
    param: fix?.param ?? '',
    value: value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value),
  };
}

/** The names that another rule of the design has. */
export const takenBy = ({ own = [] }: LintSettings, but: string | undefined): ReadonlySet<string> =>
  new Set(own.map(({ id }) => id).filter((id) => id !== but));

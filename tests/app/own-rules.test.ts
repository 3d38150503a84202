import { describe, expect, it } from 'vitest';
import { draftOf, readDraft, takenBy } from '../../renderer/features/own-rules/draft.ts';
import { dropRule, keepRule } from '../../renderer/features/own-rules/keep.ts';
import { documentOf } from '../../renderer/state/app-state.ts';
import { blankRule, type RuleDraft } from '../../renderer/state/own-rules.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { suppress } from '../../shared/graph/edits.ts';
import { tryRule } from '../../shared/lint/own/trial.ts';
import { openChain } from './open-app.ts';

const wide: RuleDraft = {
  ...blankRule,
  id: 'wide-enough',
  kind: 'conv2d',
  when: 'out.channels < 16',
  message: '"{name}" has {out.channels} channels.',
  param: 'channels',
  value: '16',
};
const read = (draft: RuleDraft) => readDraft(draft, new Set());

describe('a rule that is typed', () => {
  it('is kept in the design, finds, is saved with it, and is undone in one step', async () => {
    const { app, state, run, label } = openChain();
    keepRule(app, read(wide).rule!, undefined);
    expect(label()).toBe('Write the rule wide-enough');
    const mine = () => state().report.findings.filter(({ rule }) => rule === 'wide-enough');
    // The one convolution of the chain gives 8 channels.
    expect(mine().map(({ node, message }) => [node, message])).toEqual([['conv', '"conv" has 8 channels.']]);
    const again = readSpec(writeSpec(documentOf(state())));
    expect(again.ok && again.value.lint.own).toEqual(documentOf(state()).lint.own);
    await run('undo');
    expect(mine()).toEqual([]);
    expect(documentOf(state()).lint.own).toBeUndefined();
  });

  it('takes the place of the one that it was, and what was said of that is said of it', () => {
    const { app, state } = openChain();
    keepRule(app, read(wide).rule!, undefined);
    app.getState().editDocument('Silence', suppress('conv', 'wide-enough', 'small on purpose'));
    app.getState().editDocument('Raise', (draft) => {
      draft.lint.rules['wide-enough'] = { severity: 'error' };
    });
    keepRule(app, read({ ...wide, id: 'wider' }).rule!, 'wide-enough');
    expect(documentOf(state()).lint.own?.map(({ id }) => id)).toEqual(['wider']);
    expect(state().report.findings.find(({ rule }) => rule === 'wider')).toMatchObject({
      severity: 'error',
      suppressed: 'small on purpose',
    });
    dropRule(app, 'wider');
    expect(documentOf(state()).lint).toEqual({ preset: 'recommended', rules: {} });
  });

  it('is shown in the form as it was typed', () => {
    for (const draft of [
      wide,
      { ...wide, kind: 'conv2d, *Pool', stage: '1', value: '[3,3]', param: 'kernel' },
      { ...wide, param: 'padding', value: 'same', severity: 'error' as const },
    ])
      expect(draftOf(read(draft).rule!)).toEqual(draft);
  });

  it.each<[Partial<RuleDraft>, keyof RuleDraft, RegExp, number?]>([
    [{ when: 'out.chanels < 16' }, 'when', /Did you mean "out\.channels"/, 0],
    [{ when: 'macs > 1G' }, 'when', /has a unit/, 7],
    [{ when: 'macs + 1' }, 'when', /true or false/, 0],
    [{ when: `${'1+'.repeat(1_100)}1 > 0` }, 'when', /at most 2000 characters/],
    [{ message: 'has {chanels}' }, 'message', /no fact "chanels"/, 5],
    [{ id: 'Wide Enough' }, 'id', /kebab-case/],
    [{ id: '' }, 'id', /small letters/],
    [{ id: 'vgg-conv-3x3' }, 'id', /already/],
    [{ kind: 'conv' }, 'kind', /no kind is called that\. Did you mean/],
    [{ param: 'chanels' }, 'param', /no layer or block has a parameter/],
    [{ param: 'channels', value: '{"a": 1}' }, 'value', /must be a value/],
  ])('%j cannot be one, and the field says why', (change, field, why, at) => {
    const { rule, wrong } = read({ ...wide, ...change });
    expect(rule).toBeUndefined();
    expect(Object.keys(wrong)).toEqual([field]);
    expect(wrong[field]?.text).toMatch(why);
    expect(wrong[field]?.at).toBe(at);
  });

  it('has each mistake told, whatever else is missing yet', () => {
    const { wrong } = read({ ...blankRule, when: 'out.chanels < 16' });
    expect(Object.keys(wrong).sort()).toEqual(['id', 'message', 'when']);
    expect(wrong.when?.at).toBe(0);
  });

  it('is not called as another one of the design, but may keep its own name', () => {
    const { app, state } = openChain();
    keepRule(app, read(wide).rule!, undefined);
    const { lint } = documentOf(state());
    expect(readDraft(wide, takenBy(lint, undefined)).wrong.id?.text).toMatch(/already/);
    expect(readDraft(wide, takenBy(lint, 'wide-enough')).rule).toBeDefined();
  });

  it('is tried on the design as it is typed', () => {
    const { state } = openChain();
    const { shown, analysis } = state();
    const tried = (change: Partial<RuleDraft>) =>
      tryRule(read({ ...wide, ...change }).rule!, shown, analysis)!;
    expect(tried({}).looksAt).toEqual(['conv']);
    expect([...tried({}).broken]).toEqual([
      ['conv', { message: '"conv" has 8 channels.', fix: 'Set Filters to 16' }],
    ]);
    expect(tried({ kind: '', when: 'true', param: '' }).broken.size).toBe(5);
    expect(tried({ when: 'out.channels < 8' }).broken.size).toBe(0);
  });
});

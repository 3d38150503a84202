import { Wrench } from 'lucide-react';
import { useMemo, useState } from 'react';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { inOrder } from '../../../shared/graph/edits.ts';
import { fixAll } from '../../../shared/lint/fix-all.ts';
import { t as translate, useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { seated } from '../../layout/seated.ts';
import { short, signed } from '../../parts/format.ts';
import type { App } from '../../state/app.ts';
import { judgedOf } from '../../state/judged.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';

/** Mends all findings of a rule that can be mended: one preview, one step to undo. */
export function FixAll({ rule, count }: { readonly rule: string; readonly count: number }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button is-small"
        aria-expanded={open}
        data-fix-all={rule}
        onClick={() => setOpen(!open)}
      >
        <Wrench size={13} /> {t('Fix all {{count}} …', { count })}
      </button>
      {open ? <Outcome rule={rule} onDone={() => setOpen(false)} /> : null}
    </>
  );
}

function Outcome({ rule, onDone }: { readonly rule: string; readonly onDone: () => void }) {
  const app = useTheApp();
  const t = useT();
  const say = useSaid();
  const design = useApp(judgedOf);
  const now = useApp((state) => state.analysis.totals);
  const { fixes, left, changed, totals, trouble } = useMemo(() => {
    const fixed = fixAll(design, rule);
    const { totals, problems } = analyze(fixed.design);
    const ids = new Set([...Object.keys(design.nodes), ...Object.keys(fixed.design.nodes)]);
    const changed = [...ids].filter((id) => design.nodes[id] !== fixed.design.nodes[id]);
    return { ...fixed, changed, totals, trouble: problems[0]?.told.message };
  }, [design, rule]);
  return (
    <div className="why fix-all" data-testid="fix-all">
      <p>
        {t('{{count}} fixes', { count: fixes.length })} · {t('{{count}} findings left', { count: left })} ·{' '}
        {t('Multiply-adds')} {signed(totals.macs - now.macs, short)} · {t('Parameters')}{' '}
        {signed(totals.params - now.params, short)}
      </p>
      <p className="muted">{changed.join(', ')}</p>
      {trouble === undefined ? null : <p className="is-error">{say(trouble)}</p>}
      <p className="muted">
        {fixes.every(({ safety }) => safety === 'safe')
          ? t('Safe: the network computes the same.')
          : t('Suggested: the network changes.')}
      </p>
      <button
        type="button"
        className="button is-small is-primary"
        disabled={fixes.length === 0}
        onClick={() => {
          fixAllNow(app, rule);
          onDone();
        }}
      >
        <Wrench size={13} /> {t('Apply')}
      </button>
    </div>
  );
}

export function fixAllNow(app: App, rule: string): void {
  const state = app.getState();
  const { fixes } = fixAll(judgedOf(state), rule);
  // Each by itself, so that what one adds keeps off what the ones before added.
  const edits = fixes.map(({ edit }) => seated(edit, state.direction));
  state.edit(translate('Fix all: {{rule}}', { rule }), inOrder(...edits));
}

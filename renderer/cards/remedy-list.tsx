import { Wrench } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Problem } from '../../shared/base/problem.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import type { Design } from '../../shared/graph/design.ts';
import { type Change, type Remedy, remediesFor } from '../../shared/lint/remedies.ts';
import { named, t, useT } from '../i18n/i18n.ts';
import { exact, short, signed } from '../parts/format.ts';
import { designOf } from '../state/app-state.ts';
import { useApp, useTheApp } from '../state/use-app.ts';

/** Long enough that typing does not wait for it. */
const REST_MS = 250;
/** Beyond so many nodes each change takes a while to work out: they are worked out when asked for. */
const MOST_NODES = 400;

/** A change in words: what is set, chosen or put where. */
function titleOf(change: Change, { nodes }: Design): string {
  if (change.kind === 'insert')
    return t('Put {{layer}} before {{node}}', {
      layer: named(definitionOf(change.layer).title),
      node: change.before,
    });
  const { param, value } = change;
  const [first = ''] = change.nodes;
  const definition = definitionOf(nodes[first]!.kind).params[param]!;
  const option =
    definition.kind === 'choice' ? definition.options.find((each) => each.value === value)?.title : undefined;
  const to = { param: named(definition.title), value: option === undefined ? String(value) : named(option) };
  return change.nodes.length === 1
    ? t('{{param}} of {{node}}: {{value}}', { ...to, node: first })
    : t('{{param}} from {{first}} to {{last}}: {{value}}', { ...to, first, last: change.nodes.at(-1) ?? '' });
}

/** What can be done about a problem, each with what it costs; none of it begets another one. */
export function RemedyList({ problem }: { readonly problem: Problem }) {
  const app = useTheApp();
  const t = useT();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const sealed = useApp((state) => state.sealed !== undefined);
  const [found, setFound] = useState<{ readonly design: Design; readonly remedies: readonly Remedy[] }>();
  const large = Object.keys(design.nodes).length > MOST_NODES;
  const [asked, setAsked] = useState(false);
  const wanted = !sealed && (!large || asked);
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(
      () => setFound({ design, remedies: remediesFor(design, analysis, problem) }),
      REST_MS,
    );
    return () => clearTimeout(timer);
  }, [wanted, design, analysis, problem]);
  if (!wanted && !sealed)
    return (
      <button type="button" className="button is-small" onClick={() => setAsked(true)}>
        {t('What can be done?')}
      </button>
    );
  // What was found for another design is not true of this one.
  if (found?.design !== design || found.remedies.length === 0) return null;
  return (
    <ul className="remedies" aria-label={t('What can be done?')}>
      {found.remedies.map(({ change, edit, totals }) => {
        const title = titleOf(change, design);
        const more = totals.macs - analysis.totals.macs;
        return (
          <li key={title}>
            <button
              type="button"
              className="button is-small"
              onClick={() => app.getState().edit(title, edit)}
            >
              <Wrench size={13} /> {title}
            </button>
            <span className="muted" title={exact(totals.macs)}>
              {analysis.totals.unknown > 0
                ? t('{{macs}} multiply-adds then', { macs: short(totals.macs) })
                : t('{{more}} multiply-adds', { more: signed(more, short) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

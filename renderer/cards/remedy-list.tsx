import { Wrench } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Analysis } from '../../shared/analysis/facts.ts';
import type { Problem } from '../../shared/base/problem.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import type { Design } from '../../shared/graph/design.ts';
import { type Change, type Remedy, remediesFor } from '../../shared/lint/remedies.ts';
import { named, t, useT } from '../i18n/i18n.ts';
import { seated } from '../layout/seated.ts';
import { exact, short, signed } from '../parts/format.ts';
import { type AppState, designOf, documentOf } from '../state/app-state.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { analysisOf, viewOf } from '../state/view.ts';

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

/** Where something can be done about a problem that is shown. */
interface Ground {
  readonly design: Design;
  readonly analysis: Analysis;
  readonly problem: Problem;
}

/**
 * What is inside of a block that comes with the program follows from its parameters: what is wrong there is mended where the
 * block stands, unless that is such an inside as well.
 */
function groundOf(state: AppState, problem: Problem): Ground | undefined {
  const { sealed, trail, openDepth, whole, places, analysis } = state;
  if (!sealed) return { design: designOf(state), analysis, problem };
  if (trail.length !== openDepth + 1 || !analysis.problems.includes(problem)) return undefined;
  const design = viewOf(documentOf(state), whole.analysis, trail.slice(0, -1), places).shown;
  const around = trail.length === 1 ? whole.analysis : analysisOf(design);
  const told = around.problems.find(({ where }) => where.node === trail.at(-1));
  return told && { design, analysis: around, problem: told };
}

interface Found {
  /** What was looked at; of anything else nothing has been found. */
  readonly shown: Analysis;
  readonly ground: Ground | undefined;
  readonly remedies: readonly Remedy[];
}

function findRemedies(state: AppState, problem: Problem): Found {
  const ground = groundOf(state, problem);
  const remedies = ground ? remediesFor(ground.design, ground.analysis, ground.problem) : [];
  return { shown: state.analysis, ground, remedies };
}

/** What can be done about a problem, each with what it costs; none of it begets another one. */
export function RemedyList({ problem }: { readonly problem: Problem }) {
  const app = useTheApp();
  const t = useT();
  const analysis = useApp((state) => state.analysis);
  const large = useApp(
    (state) => Object.keys((state.sealed ? documentOf : designOf)(state).nodes).length > MOST_NODES,
  );
  const [found, setFound] = useState<Found>();
  const [asked, setAsked] = useState(false);
  const wanted = !large || asked;
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => {
      const state = app.getState();
      if (state.analysis === analysis) setFound(findRemedies(state, problem));
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [app, wanted, analysis, problem]);
  if (!wanted)
    return (
      <button type="button" className="button is-small" onClick={() => setAsked(true)}>
        {t('What can be done?')}
      </button>
    );
  // What was found for another design is not true of this one.
  if (found?.shown !== analysis || found.ground === undefined || found.remedies.length === 0) return null;
  const { design, analysis: now } = found.ground;
  const { sealed, edit, editAround, direction } = app.getState();
  const mend = sealed ? editAround : edit;
  return (
    <ul className="remedies" aria-label={t('What can be done?')}>
      {found.remedies.map(({ change, edit: remedy, totals }) => {
        const title = titleOf(change, design);
        const more = totals.macs - now.totals.macs;
        return (
          <li key={title}>
            <button
              type="button"
              className="button is-small"
              onClick={() => mend(title, seated(remedy, direction))}
            >
              <Wrench size={13} /> {title}
            </button>
            <span className="muted" title={exact(totals.macs)}>
              {now.totals.unknown > 0
                ? t('{{macs}} multiply-adds then', { macs: short(totals.macs) })
                : t('{{more}} multiply-adds', { more: signed(more, short) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

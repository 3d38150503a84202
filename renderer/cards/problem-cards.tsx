import { CircleAlert, CircleDashed, CornerRightDown, Info, TriangleAlert, Wrench } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { analyze } from '../../shared/analysis/analyze.ts';
import type { Problem } from '../../shared/base/problem.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import { suppress, unsuppress } from '../../shared/graph/edits.ts';
import type { Finding, Fix } from '../../shared/lint/define.ts';
import { previewFix } from '../../shared/lint/run.ts';
import { isOpenInput, mendOf } from '../../shared/lint/summary.ts';
import { named, t, useT } from '../i18n/i18n.ts';
import { said, useSaid } from '../i18n/said.ts';
import { seated } from '../layout/seated.ts';
import { short, signed } from '../parts/format.ts';
import type { App } from '../state/app.ts';
import { designOf, documentOf } from '../state/app-state.ts';
import { openPlace } from '../state/blocks.ts';
import { showRule } from '../state/rule-view.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { InPortions } from './in-portions.tsx';
import { RemedyList } from './remedy-list.tsx';
import { RuleReason } from './rule-reason.tsx';

/** To a layer on the canvas; one inside a block is shown as that block. */
function goTo(app: App, layer: string | undefined): void {
  const node = layer?.split('/', 1)[0];
  if (node === undefined) return;
  app.getState().select([node]);
  app.viewport.show([node]);
}

/**
 * What is said of a node, in which its name is the way to it. Where it is not named, its name follows what kind of layer it
 * is, and stands before the rest otherwise; not where the node is what is looked at.
 */
function Said({ node, message, known }: SaidProps) {
  const app = useTheApp();
  const kind = useApp((state) => (node === undefined ? undefined : designOf(state).nodes[node]?.kind));
  if (node === undefined) return message;
  const link = (name: string) => (
    <button type="button" className="link" onClick={() => goTo(app, node)}>
      {name}
    </button>
  );
  const place = namedIn(message, node);
  if (place)
    return (
      <>
        {message.slice(0, place.start)}
        {link(message.slice(place.start, place.end))}
        {message.slice(place.end)}
      </>
    );
  if (known) return message;
  const title = kind === undefined ? '' : named(definitionOf(kind).title);
  const rest = title !== '' && message.startsWith(`${title} `) ? message.slice(title.length + 1) : undefined;
  if (rest === undefined)
    return (
      <>
        {link(node)}: {message}
      </>
    );
  return (
    <>
      {title.toLowerCase() === node.toLowerCase() ? (
        link(title)
      ) : (
        <>
          {title} {link(node)}
        </>
      )}{' '}
      {rest}
    </>
  );
}

interface SaidProps {
  readonly node: string | undefined;
  readonly message: string;
  readonly known?: boolean | undefined;
}

/** Where a message first names a node, or something inside of it: `"conv1"`, `“stage/0/conv”`. */
function namedIn(
  message: string,
  node: string,
): { readonly start: number; readonly end: number } | undefined {
  const at = [`"${node}"`, `"${node}/`, `“${node}”`, `“${node}/`]
    .map((name) => message.indexOf(name))
    .filter((found) => found >= 0);
  if (at.length === 0) return undefined;
  const start = Math.min(...at) + 1;
  return { start, end: message.indexOf(message[start - 1] === '"' ? '"' : '”', start) };
}

/** Something that keeps the design from being worked out. */
export function ProblemCard({ problem, compact, consequences = [] }: ProblemCardProps) {
  const app = useTheApp();
  // Inside of a block that comes with the program nothing is changed.
  const sealed = useApp((state) => state.sealed !== undefined);
  const fix = sealed ? undefined : mendOf({ problem, consequences });
  const isOpen = isOpenInput(problem);
  const [open, setOpen] = useState(false);
  // What is advised for a layer cannot be followed where no layer can be changed.
  const followable = useApp((state) => !state.sealed || !state.analysis.problems.includes(problem));
  const say = useSaid();
  const t = useT();
  return (
    <article className={`finding ${isOpen ? 'is-info' : 'is-error'}`} data-code={problem.code}>
      {isOpen ? (
        <CircleDashed size={16} className="finding-icon" />
      ) : (
        <CircleAlert size={16} className="finding-icon" />
      )}
      <div>
        <p>
          <Said node={problem.where.node} message={say(problem.told.message)} known={compact} />
        </p>
        {followable ? <p className="muted">{say(problem.told.hint)}</p> : null}
        {fix ? (
          <div className="finding-actions">
            <button
              type="button"
              className="button is-small is-primary"
              onClick={() => applyFix(app, fix.fix!)}
            >
              <Wrench size={13} /> {say(fix.fix!.says)}
            </button>
            <button
              type="button"
              className="button is-small"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {t('Preview')}
            </button>
          </div>
        ) : null}
        {open && fix ? <Preview finding={fix} /> : null}
        {fix?.fix?.connects ? null : <RemedyList problem={problem} />}
        <Consequences of={consequences.filter((each) => each !== fix || fix.fix?.connects)} />
      </div>
    </article>
  );
}

interface ProblemCardProps {
  readonly problem: Problem;
  readonly compact?: boolean;
  /** What is told with it, or found for this reason alone. */
  readonly consequences?: readonly Finding[];
}

function Consequences({ of }: { readonly of: readonly Finding[] }) {
  const t = useT();
  const say = useSaid();
  if (of.length === 0) return null;
  return (
    <details className="consequences">
      <summary>{t('{{count}} more for this reason', { count: of.length })}</summary>
      <ul>
        <InPortions items={of} inList>
          {({ rule, node, says, message }) => (
            <li key={rule + message}>
              <Said node={node} message={says ? say(says) : message} />
            </li>
          )}
        </InPortions>
      </ul>
    </details>
  );
}

/** A design that is being built: what still waits for a wire, as one thing to do. */
export function UnfinishedCard({
  open,
  pending,
}: {
  readonly open: readonly Problem[];
  readonly pending: readonly Finding[];
}) {
  const t = useT();
  const say = useSaid();
  return (
    <article className="finding is-info" data-code="unfinished">
      <CircleDashed size={16} className="finding-icon" />
      <div>
        <p>{t('Not finished: {{count}} inputs have no wire yet.', { count: open.length })}</p>
        <ul className="open-inputs">
          <InPortions items={open} inList>
            {({ where, told }) => (
              <li key={`${where.node}${where.port}`}>
                <Said node={where.node} message={say(told.message)} />
              </li>
            )}
          </InPortions>
        </ul>
        <Consequences of={pending} />
      </div>
    </article>
  );
}

/** Some fixes are worked out only when they are wanted, and may then find that nothing can be done: that is told. */
function applyFix(app: App, { says, edit }: Fix): void {
  const title = said(says);
  const before = documentOf(app.getState());
  app.getState().edit(title, seated(edit, app.getState().direction));
  if (documentOf(app.getState()) !== before) return;
  app.getState().notify({
    kind: 'info',
    title: t('Nothing was changed'),
    lines: [t('"{{title}}" found no way to do so; the design has to be changed by hand.', { title })],
  });
}

const icons = { error: CircleAlert, warning: TriangleAlert, info: Info } as const;

/** What a finding's card unfolds. */
type Part = 'why' | 'preview' | 'silence';

interface FindingProps {
  readonly finding: Finding;
  /** Shown where its node is what is looked at. */
  readonly compact?: boolean | undefined;
}

/** What a rule found, with its reason, its fix and a way to silence it. */
export function FindingCard({ finding, compact }: FindingProps) {
  const say = useSaid();
  const [open, setOpen] = useState<Part>();
  const Icon = icons[finding.severity];
  const { fix, node } = finding;
  const toggle = (part: Part): void => setOpen(open === part ? undefined : part);
  return (
    <article
      className={`finding is-${finding.severity}${finding.suppressed ? ' is-suppressed' : ''}`}
      data-rule={finding.rule}
    >
      <Icon size={16} className="finding-icon" />
      <div>
        <p>
          <Said node={node} message={finding.says ? say(finding.says) : finding.message} known={compact} />
        </p>
        {finding.suppressed ? (
          <Silenced finding={finding} reason={finding.suppressed} />
        ) : (
          <FindingActions {...{ finding, compact, open, onToggle: toggle }} />
        )}
        {open === 'why' ? (
          <Unfolded>
            <RuleReason id={finding.rule} />
          </Unfolded>
        ) : null}
        {open === 'preview' && fix ? <Preview finding={finding} /> : null}
        {open === 'silence' && node !== undefined ? <Silence node={node} rule={finding.rule} /> : null}
      </div>
    </article>
  );
}

function Silenced({ finding, reason }: { readonly finding: Finding; readonly reason: string }) {
  const app = useTheApp();
  const t = useT();
  return (
    <p className="muted">
      {t('Silenced: {{reason}}', { reason })}{' '}
      <button
        type="button"
        className="link"
        onClick={() =>
          finding.node !== undefined &&
          app
            .getState()
            .edit(t('Hear {{rule}} again', { rule: finding.rule }), unsuppress(finding.node, finding.rule))
        }
      >
        {t('Hear again')}
      </button>
    </p>
  );
}

interface ActionsProps extends FindingProps {
  readonly open: Part | undefined;
  readonly onToggle: (part: Part) => void;
}

function FindingActions({ finding, compact, open, onToggle }: ActionsProps) {
  const app = useTheApp();
  const say = useSaid();
  const t = useT();
  const { fix, node, inside } = finding;
  const sealed = useApp((state) => state.sealed !== undefined);
  return (
    <div className="finding-actions">
      {fix && !sealed ? (
        <>
          <button type="button" className="button is-small is-primary" onClick={() => applyFix(app, fix)}>
            <Wrench size={13} /> {say(fix.says)}
          </button>
          <button
            type="button"
            className="button is-small"
            aria-expanded={open === 'preview'}
            onClick={() => onToggle('preview')}
          >
            {t('Preview')}
          </button>
        </>
      ) : null}
      {inside === undefined ? null : (
        <button type="button" className="button is-small" onClick={() => openPlace(app, inside)}>
          <CornerRightDown size={13} /> {t('Show inside {{block}}', { block: node ?? '' })}
        </button>
      )}
      <button
        type="button"
        className="button is-small"
        aria-expanded={open === 'why'}
        onClick={() => onToggle('why')}
      >
        {t('Why')}
      </button>
      {node === undefined || compact || sealed ? null : (
        <button
          type="button"
          className="button is-small"
          aria-expanded={open === 'silence'}
          onClick={() => onToggle('silence')}
        >
          {t('Silence')}
        </button>
      )}
      <button type="button" className="link muted rule-name" onClick={() => showRule(app, finding.rule)}>
        <code>{finding.rule}</code>
      </button>
    </div>
  );
}

/** What a card shows when asked, brought into sight: the panel is low, and it opens at its lower edge. */
function Unfolded({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={box} className="why">
      {children}
    </div>
  );
}

function Preview({ finding }: { readonly finding: Finding }) {
  const t = useT();
  const design = useApp(designOf);
  const now = useApp((state) => state.analysis.totals);
  const say = useSaid();
  const { fix } = finding;
  if (!fix) return null;
  const after = previewFix(design, fix);
  const { totals, problems } = analyze(after);
  const added = Object.keys(after.nodes).filter((id) => !design.nodes[id]);
  const removed = Object.keys(design.nodes).filter((id) => !after.nodes[id]);
  const changed = Object.keys(after.nodes).filter(
    (id) => design.nodes[id] && design.nodes[id] !== after.nodes[id],
  );
  const rows = [
    [t('Adds'), added],
    [t('Removes'), removed],
    [t('Changes'), changed],
  ] as const;
  return (
    <Unfolded>
      {rows.map(([title, ids]) =>
        ids.length > 0 ? <p key={title}>{`${title}: ${ids.join(', ')}`}</p> : null,
      )}
      <p>
        {t('Multiply-adds')} {signed(totals.macs - now.macs, short)} · {t('Parameters')}{' '}
        {signed(totals.params - now.params, short)}
      </p>
      {problems.length > 0 ? (
        <p className="is-error">{problems[0] ? say(problems[0].told.message) : ''}</p>
      ) : null}
      <p className="muted">
        {fix.safety === 'safe'
          ? t('Safe: the network computes the same.')
          : t('Suggested: the network changes.')}
      </p>
    </Unfolded>
  );
}

function Silence({ node, rule }: { readonly node: string; readonly rule: string }) {
  const app = useTheApp();
  const t = useT();
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
  }, []);
  return (
    <form
      className="silence"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== '')
          app.getState().edit(t('Silence {{rule}}', { rule }), suppress(node, rule, reason.trim()));
      }}
    >
      <input
        ref={field}
        value={reason}
        maxLength={500}
        placeholder={t('Why is it fine here?')}
        aria-label={t('Reason')}
        onChange={(event) => setReason(event.target.value)}
      />
      <button type="submit" className="button is-small" disabled={reason.trim() === ''}>
        {t('Silence on {{node}}', { node })}
      </button>
    </form>
  );
}

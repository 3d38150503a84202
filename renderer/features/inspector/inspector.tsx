import { operations } from '../../../shared/analysis/conventions.ts';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import { numbersOf, product, symbolsOf, type Term } from '../../../shared/base/term.ts';
import { definitionOf, isBlockKind } from '../../../shared/blocks/index.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import { type Edit, rename, setParams } from '../../../shared/graph/edits.ts';
import { bytesOf } from '../../../shared/graph/number-types.ts';
import type { Params, ParamValue } from '../../../shared/schema/params.ts';
import { groupTitles } from '../../cards/group-titles.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { FindingCard, ProblemCard } from '../../cards/problem-cards.tsx';
import { CommandTextButton } from '../../commands/command-text-button.tsx';
import { NameField } from '../../fields/name-field.tsx';
import { ParamField } from '../../fields/param-field.tsx';
import { named, useT } from '../../i18n/i18n.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { exact, exactBytes, short, shortBytes } from '../../parts/format.ts';
import { type AppState, designOf } from '../../state/app-state.ts';
import { summaryOf } from '../../state/judged.ts';
import { nodeName } from '../../state/names.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { firstWithin, useFocusTarget } from '../../state/use-focus.ts';
import { ponder, stopPondering, useWhatIf } from '../../state/what-if.ts';
import { BlockCard } from './block-card.tsx';
import { SharedWeights, ShareRow } from './shared-weights.tsx';
import { SwapMenu } from './swap-menu.tsx';
import { WhatIfCurve } from './what-if-curve.tsx';

/** What is selected: its parameters, what it costs and why, and what is wrong with it. */
export function Inspector() {
  const t = useT();
  const part = useFocusTarget<HTMLElement>('inspector', firstWithin);
  const selection = useApp((state) => state.selection);
  const analysis = useApp((state) => state.analysis);
  const chosen = selection.flatMap((id) => analysis.facts.get(id) ?? []);
  const [first, ...more] = chosen;
  const sealed = useApp((state) => state.sealed);
  return (
    // Where there is nothing to be changed, it is what Tab comes to, and what is scrolled with keys.
    <aside ref={part} className="inspector" tabIndex={first || sealed ? -1 : 0} aria-label={t('Inspector')}>
      {!first && sealed ? (
        <SealedCard facts={sealed} />
      ) : !first ? (
        <DesignCard />
      ) : more.length === 0 ? (
        <NodeCard facts={first} />
      ) : (
        <ManyCard chosen={chosen} />
      )}
    </aside>
  );
}

function DesignCard() {
  const t = useT();
  const now = useApp((state) => state.analysis.totals);
  const would = useWhatIf((whatIf) => whatIf?.after.analysis.totals);
  const totals = would ?? now;
  const design = useApp(designOf);
  // What is not known yet comes on top.
  const least = totals.unknown > 0 ? '≥ ' : '';
  const row = (title: string, value: number, format = short, whole = exact) =>
    [title, `${least}${format(value)}`, `${least}${whole(value)}`] as const;
  const rows: readonly (readonly [string, string, string])[] = [
    row(t('Multiply-adds'), totals.macs),
    row(t('Parameters'), totals.params),
    row(t('Running statistics'), totals.statistics),
    row(t('Activations, all'), totals.outputBytes, shortBytes, exactBytes),
    row(t('Activations, peak'), totals.peakBytes, shortBytes, exactBytes),
    row(t('Training step, estimate'), totals.trainingBytes, shortBytes, exactBytes),
    [t('Layers'), exact(totals.layers), ''],
    [t('Depth'), exact(totals.depth), t('Layers with multiply-adds on the longest path')],
  ];
  return (
    <section>
      <h2>{design.name}</h2>
      {design.notes ? <p className="muted">{named(design.notes)}</p> : null}
      <dl className="figures">
        {rows.map(([title, value, hover]) => (
          <div key={title} title={hover}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="hint">{t('Select a node to see and change its parameters.')}</p>
    </section>
  );
}

/** The block whose inside is looked at: its parameters change all of it, as they do from outside. */
function SealedCard({ facts }: { readonly facts: NodeFacts }) {
  const app = useTheApp();
  const t = useT();
  const { node } = facts;
  const { edit, editAround, endGesture } = app.getState();
  const id = useApp((state) => state.trail.at(-1)!);
  const changeable = useApp((state) => state.trail.length === state.openDepth + 1);
  const definition = definitionOf(node.kind);
  return (
    <section style={familyStyle(definition.group)}>
      <NodeHead facts={facts} />
      <p className="hint">
        {t('You look at what is inside of {{name}}. These parameters change it as a whole.', { name: id })}
      </p>
      <fieldset className="bare" disabled={!changeable}>
        <Fields
          ids={[id]}
          params={shownParams(definition.params)}
          current={(name) => node.params[name]}
          edit={changeable ? editAround : edit}
          endGesture={endGesture}
        />
      </fieldset>
      <UnpackRow />
      <Costs facts={facts} />
    </section>
  );
}

function UnpackRow() {
  const t = useT();
  return (
    <div className="button-row">
      <CommandTextButton id="unpack">{t('Unpack into layers')}</CommandTextButton>
    </div>
  );
}

function NodeHead({ facts: { node } }: { readonly facts: NodeFacts }) {
  const t = useT();
  const definition = definitionOf(node.kind);
  return (
    <header className="inspector-head">
      <span className="family-tile">
        <LayerIcon kind={node.kind} size={22} />
      </span>
      <div>
        <h2>{nodeName(node)}</h2>
        <p className="muted">
          {node.kind === 'userBlock' ? named(definition.title) : t(groupTitles[definition.group])}
        </p>
      </div>
    </header>
  );
}

function NodeCard({ facts }: { readonly facts: NodeFacts }) {
  const app = useTheApp();
  const t = useT();
  const sealed = useApp((state) => state.sealed);
  const { edit, endGesture } = app.getState();
  const { id, node } = facts;
  const definition = definitionOf(node.kind);
  const block = useApp((state) => state.block);
  const summary = useApp(({ analysis, report }) => summaryOf(analysis, report));
  const findings = summary.findings.filter((finding) => finding.node === id);
  const toldWith = (problem: Problem) =>
    summary.troubles.find((each) => each.problem === problem)?.consequences;
  return (
    <section style={familyStyle(definition.group)}>
      <NodeHead facts={facts} />
      {sealed ? (
        <>
          <p className="hint">
            {t(
              '{{title}} comes with the program. Its parameters change it as a whole; unpacked, its layers are yours.',
              {
                title: named(definitionOf(sealed.node.kind).title),
              },
            )}
          </p>
          <UnpackRow />
        </>
      ) : null}
      <NodeName id={id} disabled={sealed !== undefined} />
      {(block !== undefined || sealed) && node.kind === 'input' ? (
        <p className="hint">{t('What the block is given, where it was opened.')}</p>
      ) : (
        <fieldset className="bare" disabled={sealed !== undefined}>
          <Fields
            ids={[id]}
            params={shownParams(definition.params)}
            current={(name) => node.params[name]}
            edit={edit}
            endGesture={endGesture}
            onPonder={(thought) => (thought ? ponder(app, thought) : stopPondering(app))}
          />
        </fieldset>
      )}
      {sealed ? null : <SwapMenu id={id} />}
      {sealed ? null : <WhatIfCurve facts={facts} />}
      <SharedWeights id={id} disabled={sealed !== undefined} />
      {node.kind === 'userBlock' ? <BlockCard facts={facts} /> : null}
      {isBlockKind(node.kind) && !sealed ? (
        <div className="button-row">
          <CommandTextButton id="openBlock">{t('Open block')}</CommandTextButton>
          <CommandTextButton id="unpack">{t('Unpack into layers')}</CommandTextButton>
        </div>
      ) : null}
      {facts.problems.map((problem) => (
        <ProblemCard
          key={problem.code + problem.message}
          problem={problem}
          consequences={toldWith(problem) ?? []}
          compact
        />
      ))}
      {findings.map((finding) => (
        <FindingCard key={finding.rule + finding.message} finding={finding} compact />
      ))}
      <Costs facts={facts} />
      <details className="doc" open={false}>
        <summary>{t('About {{title}}', { title: named(definition.title) })}</summary>
        <p>{named(definition.summary)}</p>
        <p className="formula">{definition.formula}</p>
        {named(definition.doc)
          .split('\n\n')
          .map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
      </details>
    </section>
  );
}

/** Which block a node stands for is chosen elsewhere. */
function shownParams({ block: _, ...params }: Params): Params {
  return params;
}

function ManyCard({ chosen }: { readonly chosen: readonly NodeFacts[] }) {
  const app = useTheApp();
  const t = useT();
  const ids = chosen.map(({ id }) => id);
  const kinds = new Set(chosen.map(({ node }) => node.kind));
  const first = chosen[0];
  const sum = (of: (facts: NodeFacts) => number | undefined): number =>
    chosen.reduce((total, facts) => total + (of(facts) ?? 0), 0);
  const same = kinds.size === 1 && first;
  const { edit, endGesture } = app.getState();
  const sealed = useApp((state) => state.sealed !== undefined);
  return (
    <section>
      <h2>{t('{{count}} nodes', { count: chosen.length })}</h2>
      <dl className="figures">
        <div>
          <dt>{t('Multiply-adds')}</dt>
          <dd>{short(sum(({ cost }) => cost?.macs.value))}</dd>
        </div>
        <div>
          <dt>{t('Parameters')}</dt>
          <dd>{short(sum(({ cost }) => cost?.params.value))}</dd>
        </div>
      </dl>
      {same ? (
        <fieldset className="bare" disabled={sealed}>
          <Fields
            ids={ids}
            edit={edit}
            endGesture={endGesture}
            onPonder={(thought) => (thought ? ponder(app, thought) : stopPondering(app))}
            params={shownParams(definitionOf(first.node.kind).params)}
            current={(name) => {
              const values = chosen.map(({ node }) => node.params[name]);
              const text = JSON.stringify(values[0]);
              return values.every((value) => JSON.stringify(value) === text) ? values[0] : undefined;
            }}
          />
        </fieldset>
      ) : (
        <p className="hint">{t('Nodes of one kind can be changed together.')}</p>
      )}
      {same && chosen.some(({ weights, inside }) => inside !== undefined || weights.length > 0) ? (
        <ShareRow ids={ids} disabled={sealed} />
      ) : null}
    </section>
  );
}

function Fields({
  ids,
  params,
  current,
  edit,
  endGesture,
  onPonder,
}: {
  readonly ids: readonly NodeId[];
  readonly params: Params;
  readonly current: (name: string) => ParamValue | undefined;
  readonly edit: AppState['edit'];
  readonly endGesture: () => void;
  readonly onPonder?: (edit: Edit | undefined) => void;
}) {
  const t = useT();
  const field = (name: string) => {
    const p = params[name]!;
    return (
      <ParamField
        key={`${ids.join()}/${name}`}
        name={name}
        p={p}
        value={current(name)}
        onChange={(value) =>
          edit(
            t('Set {{param}} of {{name}}', { param: t(p.title), name: ids.join(', ') }),
            setParams(ids, { [name]: value }),
            `${ids.join()}/${name}`,
          )
        }
        onDone={endGesture}
        onPonder={
          onPonder &&
          ((value) => onPonder(value === undefined ? undefined : setParams(ids, { [name]: value })))
        }
      />
    );
  };
  const names = Object.keys(params);
  const advanced = names.filter((name) => params[name]!.advanced);
  return (
    <div className="fields">
      {names.filter((name) => !params[name]!.advanced).map(field)}
      {advanced.length > 0 ? (
        <details className="advanced">
          <summary>{t('More')}</summary>
          {advanced.map(field)}
        </details>
      ) : null}
    </div>
  );
}

function selectAll(input: HTMLElement): void {
  input.focus();
  if (input instanceof HTMLInputElement) input.select();
}

function NodeName({ id, disabled }: { readonly id: NodeId; readonly disabled: boolean }) {
  const app = useTheApp();
  const t = useT();
  const nodes = useApp((state) => designOf(state).nodes);
  const input = useFocusTarget<HTMLInputElement>('inspector.name', selectAll);
  return (
    <NameField
      id="node-name"
      inputRef={input}
      label={t('Name')}
      name={id}
      disabled={disabled}
      isTaken={(other) => Object.hasOwn(nodes, other)}
      taken={t('There is already a node of that name.')}
      onRename={(to) => {
        app.getState().edit(t('Rename {{from}} to {{to}}', { from: id, to }), rename(id, to));
        app.getState().select([to]);
      }}
    />
  );
}

function Costs({ facts }: { readonly facts: NodeFacts }) {
  const t = useT();
  const convention = useApp((state) => state.convention);
  const elementBytes = bytesOf(useApp((state) => state.analysis.totals.numbers.activations));
  const { cost, inputs, outputs, reach, weights } = facts;
  const shapes = (dims: readonly (readonly number[] | undefined)[]): string =>
    dims.map((each) => (each ? formatSample(each) : '?')).join(', ');
  return (
    <div className="costs">
      <h3>{t('Shape and cost')}</h3>
      <dl className="figures">
        {inputs.length > 0 ? (
          <div>
            <dt>{t('In')}</dt>
            <dd>{shapes(inputs)}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t('Out')}</dt>
          <dd>{outputs ? shapes(Object.values(outputs)) : '?'}</dd>
        </div>
        {reach ? (
          <div title={t('How much of the input one output sees, and how far neighbouring outputs are apart')}>
            <dt>{t('Receptive field')}</dt>
            <dd>
              {Number.isFinite(reach.extent[0])
                ? `${reach.extent[0]}×${reach.extent[1]} ${t('step')} ${reach.step[0]}`
                : t('whole input')}
            </dd>
          </div>
        ) : null}
      </dl>
      {cost ? (
        <>
          <Formula title={t('Operations')} term={operations(cost, convention)} format={short} />
          <Formula title={t('Parameters')} term={cost.params} format={short} />
          <Formula
            title={t('Output memory')}
            term={product(['elements', cost.outputElements], [`${elementBytes} B`, elementBytes])}
            format={shortBytes}
          />
        </>
      ) : (
        <p className="hint">
          {outputs ? t('What it costs is not known.') : t('Unknown until what comes before it is known.')}
        </p>
      )}
      {weights.length > 0 ? (
        <details className="weights">
          <summary>{t('Weights')}</summary>
          <dl className="figures">
            {weights.map(({ name, dims, trained }) => (
              <div key={name}>
                <dt>
                  {name}
                  {trained ? '' : ` (${t('statistic')})`}
                </dt>
                <dd>{dims.join('×')}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </div>
  );
}

/** Longer formulas, as those of whole blocks, explain nothing. */
const MOST_SYMBOLS = 160;

function Formula({
  title,
  term,
  format,
}: {
  readonly title: string;
  readonly term: Term;
  readonly format: (value: number) => string;
}) {
  const symbols = symbolsOf(term);
  return (
    <div className="formula-row">
      <div>
        <span>{title}</span>
        <strong title={exact(term.value)}>{format(term.value)}</strong>
      </div>
      {term.value > 0 && symbols.length <= MOST_SYMBOLS ? (
        <p className="formula">
          {symbols}
          <br />= {numbersOf(term)}
          <br />= {exact(term.value)}
        </p>
      ) : null}
    </div>
  );
}

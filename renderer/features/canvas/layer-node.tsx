import { Handle, type NodeProps, Position } from '@xyflow/react';
import { Ban, CircleAlert, CircleDashed, Layers3, Link2, Lock, Minimize2, TriangleAlert } from 'lucide-react';
import { memo } from 'react';
import { operations } from '../../../shared/analysis/conventions.ts';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { definitionOf, hasInside } from '../../../shared/blocks/index.ts';
import { usesOf } from '../../../shared/graph/block-edits.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import type { Finding } from '../../../shared/lint/define.ts';
import { isOpenInput, type Summary } from '../../../shared/lint/summary.ts';
import { changeOf, DifferenceTag } from '../../cards/difference-tag.tsx';
import { headlineOf } from '../../cards/headline.ts';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { handleOffset, NODE_WIDTH, nodeHeight } from '../../layout/geometry.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { exact, short, shortBytes } from '../../parts/format.ts';
import { type AppState, documentOf } from '../../state/app-state.ts';
import { turnInPlace } from '../../state/blocks.ts';
import { useCompared } from '../../state/compared.ts';
import { useHover } from '../../state/hover.ts';
import { summaryOf } from '../../state/judged.ts';
import { nodeName } from '../../state/names.ts';
import { useOwnRules } from '../../state/own-rules.ts';
import { usePredicted, useWondering } from '../../state/run/predicted.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import type { RunTimes } from '../../state/view-state.ts';
import { useWhatIf } from '../../state/what-if.ts';
import type { ShownData, ShownLayer } from './flow-node.ts';
import { LayerName } from './layer-name.tsx';
import { GOES, inMilliseconds, movedLines, movedText, movedTime } from './moved.ts';
import { isLongTitle } from './name-size.ts';
import { canvasId, focusOnto, type OpenLook } from './scopes.ts';
import { useScopes } from './use-nodes.ts';

/** What a scope's nodes are shares of: all graphs of a canvas are measured by one total. */
const totalsOf = ({ trail, base, analysis, whole }: AppState) =>
  (trail.length === base ? analysis : whole.analysis).totals;

function shareOf(
  facts: NodeFacts,
  scope: string,
  state: AppState,
  predicted: RunTimes | undefined,
): { readonly share: number; readonly text: string } {
  const totals = totalsOf(state);
  const { cost } = facts;
  if (state.heat === 'time') return timeShare(facts, scope, state.base, state.runTimes, predicted);
  if (!cost) return { share: 0, text: '?' };
  switch (state.heat) {
    case 'macs': {
      const value = operations(cost, state.convention).value;
      return {
        share: totals.macs === 0 ? 0 : cost.macs.value / totals.macs,
        text: value === 0 ? '' : short(value),
      };
    }
    case 'params': {
      const { value } = cost.params;
      return {
        share: totals.params === 0 ? 0 : value / totals.params,
        text: value === 0 ? '' : short(value),
      };
    }
    case 'memory': {
      const bytes = cost.outputElements * 4;
      return {
        share: totals.outputBytes === 0 ? 0 : bytes / totals.outputBytes,
        text: bytes === 0 ? '' : shortBytes(bytes),
      };
    }
  }
}

/** The share of the last run's time, or before a run of the time that is predicted; nothing where neither is known. */
function timeShare(
  { id }: NodeFacts,
  scope: string,
  base: number,
  run: RunTimes | undefined,
  predicted: RunTimes | undefined,
): { readonly share: number; readonly text: string } {
  const times = run ?? predicted;
  const time = times?.byNode.get(id);
  // Inside of a block other nodes may have these names.
  if (!times || !time || base > 0 || scope !== '') return { share: 0, text: '' };
  const { milliseconds } = time;
  return {
    share: times.total === 0 ? 0 : milliseconds / times.total,
    text: `${run ? '' : '≈ '}${inMilliseconds(milliseconds)} ms`,
  };
}

const known = new WeakMap<Summary, ReadonlyMap<NodeId, Finding>>();

/** What is shown at each node of all that was found there; not what follows from what is told elsewhere. */
function firstFindings(summary: Summary): ReadonlyMap<NodeId, Finding> {
  const before = known.get(summary);
  if (before) return before;
  const first = new Map<NodeId, Finding>();
  for (const finding of summary.findings) {
    const { node, suppressed, severity } = finding;
    if (node !== undefined && !suppressed && severity !== 'info' && !first.has(node))
      first.set(node, finding);
  }
  known.set(summary, first);
  return first;
}

/** What was found in the graph that a node is of; of one that is not looked at, and is not the design, nothing is known. */
function summaryIn(scope: string, state: AppState): Summary | undefined {
  if (isLookedAt(scope, state)) return summaryOf(state.analysis, state.report);
  const { analysis, report } = state.whole;
  return scope === '' && state.base === 0 ? summaryOf(analysis, report) : undefined;
}

function Badge({ facts, scope }: { readonly facts: NodeFacts; readonly scope: string }) {
  const say = useSaid();
  const finding = useApp((state) => {
    const summary = summaryIn(scope, state);
    return summary && firstFindings(summary).get(facts.id);
  });
  const problem = facts.problems.find((each) => !isOpenInput(each)) ?? facts.problems[0];
  if (problem) {
    const isOpen = isOpenInput(problem);
    return (
      <span
        className={`badge badge-${isOpen ? 'open' : 'error'}`}
        title={`${say(problem.told.message)} ${say(problem.told.hint)}`}
      >
        {isOpen ? <CircleDashed size={14} /> : <CircleAlert size={14} />}
      </span>
    );
  }
  if (!finding) return null;
  return (
    <span
      className={`badge badge-${finding.severity}`}
      title={finding.says ? say(finding.says) : finding.message}
    >
      <TriangleAlert size={14} />
    </span>
  );
}

/** Old → new, of which each stays in one piece where there is no room for both in a line. */
function Ghost({ text }: { readonly text: string }) {
  return (
    <span className="layer-ghost" title={text}>
      {movedLines(text).map((line) => (
        <span key={line}>{line} </span>
      ))}
    </span>
  );
}

/** `block/inner`: inside of blocks that come with the program, nodes are shown by the name that unpacking gives them. */
function pathInside(scope: string, id: string): string {
  if (scope === '') return id;
  const unpacked = `${scope.slice(scope.lastIndexOf('/') + 1)}.`;
  return `${scope}/${id.startsWith(unpacked) ? id.slice(unpacked.length) : id}`;
}

/** Whether commands and panels are about the graph that a node is of. */
const isLookedAt = (scope: string, { path, trail, base }: AppState): boolean =>
  scope === '' ? trail.length === base : scope === path;

/** The one node that stands for every layer and block, closed or open in place. */
export const LayerNode = memo(function LayerNode({ data, selected }: NodeProps<ShownLayer>) {
  return data.open ? (
    <OpenNode data={data} open={data.open} selected={selected} />
  ) : (
    <ClosedNode data={data} selected={selected} />
  );
});

interface DrawnNode {
  readonly data: ShownData;
  readonly selected: boolean;
}

interface PortsProps {
  readonly names: readonly string[];
  readonly type: 'source' | 'target';
  /** The design runs to the right, not down. */
  readonly right: boolean;
  /** Pixels along the side that they stand on. */
  readonly side: number;
}

/** Of more ports than these no more are elements of the page: the first ones, and the last, which is free. */
const MOST_PORTS = 400;

/** Where wires begin or end, spread along their side of a node. */
function Ports({ names, type, right, side }: PortsProps) {
  const t = useT();
  const isSource = type === 'source';
  const across = isSource ? Position.Right : Position.Left;
  const along = isSource ? Position.Bottom : Position.Top;
  const isDrawn = (i: number): boolean => i < MOST_PORTS || i === names.length - 1;
  return names.map((name, i) => {
    if (!isDrawn(i)) return null;
    const offset = handleOffset(i, names.length, side);
    return (
      <Handle
        key={name}
        id={name}
        type={type}
        position={right ? across : along}
        style={right ? { top: offset } : { left: offset }}
        role="img"
        aria-label={`${isSource ? t('output') : t('input')} ${name}`}
        title={`${isSource ? t('output') : t('input')} ${name}`}
      />
    );
  });
}

/** The frame around the inside of a block that is open in place: by its head it is chosen, moved and closed. */
function OpenNode({ data, open, selected }: DrawnNode & { readonly open: OpenLook }) {
  const app = useTheApp();
  const t = useT();
  const { facts, scope, inputs, outputs, direction } = data;
  const { node, id } = facts;
  const right = direction === 'right';
  const inside = useScopes().all.find(({ node: frame }) => frame === canvasId({ id: scope }, id));
  const isWithin = useApp(({ path }) => path === inside?.scope.path);
  const { block, sealed } = inside?.scope ?? {};
  const uses = useApp((state) => (block === undefined ? 0 : usesOf(documentOf(state), block)));
  const about = sealed
    ? t('to look at; change it through its parameters')
    : uses > 1
      ? t('What changes in {{block}} changes all {{count}} nodes that stand for it', {
          block: block ?? '',
          count: uses,
        })
      : t('Inside of {{block}}', { block: block ?? '' });
  const handle = (name: string, type: 'source' | 'target', offset: number, side: Position) => (
    <Handle
      key={name}
      id={name}
      type={type}
      position={side}
      style={right ? { top: offset } : { left: offset }}
      role="img"
      aria-label={`${t(type === 'source' ? 'output' : 'input')} ${name}`}
      title={`${t(type === 'source' ? 'output' : 'input')} ${name}`}
    />
  );
  const classes = [
    'open-node',
    selected ? 'is-selected' : '',
    isWithin ? 'is-within' : '',
    sealed ? 'is-sealed' : '',
  ];
  return (
    <div
      className={classes.join(' ')}
      style={{ ...familyStyle(definitionOf(node.kind).group), width: open.width, height: open.height }}
      data-testid={`open-${canvasId({ id: scope }, id)}`}
    >
      {inputs.map((name, i) =>
        handle(
          name,
          'target',
          open.comesIn[i] ?? handleOffset(i, inputs.length, right ? open.height : open.width),
          right ? Position.Left : Position.Top,
        ),
      )}
      <header className="open-head" title={about}>
        <LayerIcon kind={node.kind} size={18} />
        <strong>{id}</strong>
        <span className="open-title">{nodeName(node)}</span>
        <span className="open-about">{headlineOf(node)}</span>
        {sealed ? <Lock size={13} aria-label={about} /> : null}
        <Badge facts={facts} scope={scope} />
        <button
          type="button"
          className="icon-button nodrag"
          aria-label={t('Close {{name}} in place', { name: id })}
          title={t('Close {{name}} in place', { name: id })}
          onClick={() => {
            focusOnto(app, canvasId({ id: scope }, id));
            void turnInPlace(app, id);
          }}
        >
          <Minimize2 size={14} />
        </button>
      </header>
      {outputs.map((name) => handle(name, 'source', open.goesOut, right ? Position.Right : Position.Bottom))}
    </div>
  );
}

function ClosedNode({ data, selected }: DrawnNode) {
  const t = useT();
  const { facts, broken, scope, inputs, outputs, direction } = data;
  const { node, id } = facts;
  const focused = useApp((state) => isLookedAt(scope, state));
  const definition = definitionOf(node.kind);
  const predicted = usePredicted(({ times }) => times);
  const heat = useApp((state) => shareOf(facts, scope, state, predicted).share);
  const costText = useApp((state) => shareOf(facts, scope, state, predicted).text);
  const fusedWith = useApp((state) =>
    state.heat === 'time' && scope === ''
      ? (state.runTimes ?? predicted)?.byNode.get(id)?.fusedWith
      : undefined,
  );
  const app = useTheApp();
  const timed =
    useApp(({ heat, base }) => heat === 'time' && base === 0 && scope === '') && predicted !== undefined;
  const movedBy = useWondering((whatIf) => (timed && whatIf ? movedTime(whatIf, id) : undefined));
  const movedTo = useWhatIf((whatIf) =>
    focused && whatIf ? movedText(whatIf, id, app.getState(), timed) : undefined,
  );
  const moved = movedTo === GOES ? movedTo : (movedBy ?? movedTo);
  const goes = moved === GOES;
  const row = useCompared(({ onCanvas, difference }) =>
    onCanvas ? difference?.rows.get(pathInside(scope, id)) : undefined,
  );
  const illegal = useApp((state) => focused && state.illegal.has(id));
  const hovered = useHover((state) => focused && state.node === id);
  const lit = useOwnRules((state) => (focused ? state.lit.get(id) : undefined));
  const right = direction === 'right';
  const height = right ? nodeHeight(Math.max(inputs.length, outputs.length)) : nodeHeight(1);
  const side = right ? height : NODE_WIDTH;
  const shape =
    Object.values(facts.outputs ?? {})[0] ?? (node.kind === 'output' ? facts.inputs[0] : undefined);
  const isEnd = node.kind === 'output' || node.kind === 'input';
  const figure = isEnd ? (shape ? formatSample(shape) : '?') : costText;
  const headline = headlineOf(node);
  const title = nodeName(node);
  const classes = [
    'layer-node',
    // React Flow's word for what no marquee begins on: pressed with Shift too, a layer is dragged.
    'nokey',
    selected ? 'is-selected' : '',
    broken ? 'is-broken' : facts.problems.length > 0 ? 'is-open' : '',
    node.bypass ? 'is-bypassed' : '',
    hasInside(node.kind) ? 'is-block' : '',
    headline === '' && figure === '' && moved === undefined ? 'is-brief' : '',
    headline === '' && figure !== '' && moved === undefined && isLongTitle(title) ? 'is-long' : '',
    shape ? '' : 'is-unknown',
    illegal ? 'is-illegal' : '',
    hovered ? 'is-hovered' : '',
    lit === undefined ? '' : `is-${lit}-by-rule`,
    moved === undefined ? '' : goes ? 'is-going' : 'is-moving',
    row ? `differs is-${changeOf(row)}` : '',
  ];
  const fusedNote =
    fusedWith && fusedWith.length > 0
      ? t('fused with {{nodes}}; counted once', { nodes: fusedWith.join(', ') })
      : undefined;
  return (
    <div
      className={classes.join(' ')}
      style={{ ...familyStyle(definition.group), width: NODE_WIDTH, height }}
      data-kind={node.kind}
      data-testid={`node-${canvasId({ id: scope }, id)}`}
    >
      <Ports names={inputs} type="target" right={right} side={side} />
      <header>
        <LayerIcon kind={node.kind} size={18} />
        <span className="layer-title" title={title}>
          {title}
        </span>
        {node.bypass ? <Ban size={13} aria-label={t('bypassed')} /> : null}
        {hasInside(node.kind) ? <Layers3 size={13} className="block-mark" aria-label={t('block')} /> : null}
        <Badge facts={facts} scope={scope} />
      </header>
      <LayerName id={id} />
      <footer>
        {/* An input is its size: said once. */}
        {moved === undefined && headline !== figure ? (
          <span className="layer-headline" title={headline}>
            {headline}
          </span>
        ) : null}
        {moved === undefined ? null : <Ghost text={goes ? t('goes') : moved} />}
        <span
          className={moved === undefined ? 'layer-cost' : 'layer-cost is-hidden'}
          title={fusedNote ?? (facts.cost ? exact(facts.cost.macs.value) : '')}
        >
          {fusedNote ? <Link2 size={11} aria-label={fusedNote} /> : null}
          {figure}
        </span>
      </footer>
      <div className="heat" aria-hidden="true" title={fusedNote}>
        <div style={{ transform: `scaleX(${heat})` }} />
      </div>
      {/* From far away, where all else is too small. */}
      {moved === undefined ? null : (
        <span className={goes ? 'layer-moved is-gone' : 'layer-moved'} aria-hidden="true">
          {movedLines(moved).map((line) => (
            <span key={line}>{line}</span>
          ))}
        </span>
      )}
      {row ? <DifferenceTag row={row} /> : null}
      <Ports names={outputs} type="source" right={right} side={side} />
    </div>
  );
}

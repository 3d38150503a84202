import { Handle, type NodeProps, Position } from '@xyflow/react';
import { Ban, CircleAlert, Layers3, Link2, TriangleAlert } from 'lucide-react';
import { Fragment, memo } from 'react';
import { operations } from '../../../shared/analysis/conventions.ts';
import type { NodeFacts } from '../../../shared/analysis/facts.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import { repeatOf } from '../../../shared/blocks/expansion.ts';
import { definitionOf, hasInside, titleOf } from '../../../shared/blocks/index.ts';
import type { NodeId } from '../../../shared/graph/design.ts';
import type { Finding } from '../../../shared/lint/define.ts';
import type { LintReport } from '../../../shared/lint/run.ts';
import { formatParam } from '../../../shared/schema/codec.ts';
import { changeOf, DifferenceTag } from '../../cards/difference-tag.tsx';
import { LayerIcon } from '../../cards/layer-icon.tsx';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { handleOffset, NODE_WIDTH, nodeHeight } from '../../layout/geometry.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { exact, short, shortBytes } from '../../parts/format.ts';
import type { AppState } from '../../state/app-state.ts';
import { useCompared } from '../../state/compared.ts';
import { useHover } from '../../state/hover.ts';
import { useOwnRules } from '../../state/own-rules.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useWhatIf, type WhatIf } from '../../state/what-if.ts';
import type { LayerFlowNode } from './flow-node.ts';

/** The key parameters in the words of a figure: `3×3, 64, s2`. */
function headlineOf({ node }: NodeFacts): string {
  const definition = definitionOf(node.kind);
  return definition.headline
    .flatMap((name) => {
      const p = definition.params[name]!;
      const text = formatParam(p, node.params[name] ?? p.default);
      if (p.role === 'repeat') return repeatOf(node.params) > 1 ? [`×${repeatOf(node.params)}`] : [];
      if (p.role === 'stride') return text === '1×1' ? [] : [`s${text.replace(/^(\d+)×\1$/, '$1')}`];
      if (p.role === 'padding') return text === '0' ? [] : [text === 'same' ? 'same' : `p${text}`];
      return [text];
    })
    .join(' · ');
}

/** What a node is drawn as, by the quantity that the strips show. */
function costOf({ cost }: NodeFacts, { heat, convention }: AppState): number | undefined {
  if (!cost) return undefined;
  switch (heat) {
    case 'macs':
    case 'time':
      return operations(cost, convention).value;
    case 'params':
      return cost.params.value;
    case 'memory':
      return cost.outputElements * 4;
  }
}

/** Old → new, where what is thought of, or being done, moves what a node costs. */
function movedText({ before, after }: WhatIf, id: NodeId, state: AppState): string | undefined {
  const [was, would] = [before.analysis.facts.get(id), after.analysis.facts.get(id)];
  if (was === would || !was) return undefined;
  if (!would) return '✕';
  const [from, to] = [costOf(was, state), costOf(would, state)];
  if (was.node.kind !== would.node.kind) return `→ ${titleOf(would.node)}`;
  if (from === to) return headlineOf(was) === headlineOf(would) ? undefined : headlineOf(would);
  const format = state.heat === 'memory' ? shortBytes : short;
  return `${from === undefined ? '?' : format(from)} → ${to === undefined ? '?' : format(to)}`;
}

function shareOf(facts: NodeFacts, state: AppState): { readonly share: number; readonly text: string } {
  const { totals } = state.analysis;
  const { cost } = facts;
  if (state.heat === 'time') return timeShare(facts, state);
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

/** The share of the last run's time; nothing where there was none. */
function timeShare(
  { id }: NodeFacts,
  { runTimes, trail }: AppState,
): { readonly share: number; readonly text: string } {
  const time = runTimes?.byNode.get(id);
  // Inside of a block other nodes may have these names.
  if (!runTimes || !time || trail.length > 0) return { share: 0, text: '' };
  const { milliseconds } = time;
  return {
    share: runTimes.total === 0 ? 0 : milliseconds / runTimes.total,
    text: `${milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms`,
  };
}

const known = new WeakMap<LintReport, ReadonlyMap<NodeId, Finding>>();

/** What is shown at each node of all that was found there. */
function firstFindings(report: LintReport): ReadonlyMap<NodeId, Finding> {
  const before = known.get(report);
  if (before) return before;
  const first = new Map<NodeId, Finding>();
  for (const finding of report.findings) {
    const { node, suppressed, severity } = finding;
    if (node !== undefined && !suppressed && severity !== 'info' && !first.has(node))
      first.set(node, finding);
  }
  known.set(report, first);
  return first;
}

function Badge({ facts }: { readonly facts: NodeFacts }) {
  const say = useSaid();
  const finding = useApp((state) => firstFindings(state.report).get(facts.id));
  const problem = facts.problems[0];
  if (problem) {
    return (
      <span className="badge badge-error" title={`${say(problem.told.message)} ${say(problem.told.hint)}`}>
        <CircleAlert size={14} />
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

/** Where a name may go on in the next line. */
const afterMark = /(?<=[._-])/;

/** Old → new; from far away the new alone, which is what one looks for. */
function Ghost({ text }: { readonly text: string }) {
  const arrow = text.indexOf(' → ');
  return (
    <span className="layer-ghost" title={text}>
      {arrow > 0 ? <span className="layer-was">{text.slice(0, arrow)}</span> : null}
      {arrow > 0 ? text.slice(arrow) : text}
    </span>
  );
}

/** The one node that stands for every layer and block. */
export const LayerNode = memo(function LayerNode({ data, selected }: NodeProps<LayerFlowNode>) {
  const t = useT();
  const { facts, inputs, outputs, direction } = data;
  const { node, id } = facts;
  const definition = definitionOf(node.kind);
  const heat = useApp((state) => shareOf(facts, state).share);
  const costText = useApp((state) => shareOf(facts, state).text);
  const fusedWith = useApp((state) =>
    state.heat === 'time' ? state.runTimes?.byNode.get(id)?.fusedWith : undefined,
  );
  const app = useTheApp();
  const moved = useWhatIf((whatIf) => whatIf && movedText(whatIf, id, app.getState()));
  const goes = moved === '✕';
  const row = useCompared(({ onCanvas, difference }) => (onCanvas ? difference?.rows.get(id) : undefined));
  const illegal = useApp((state) => state.illegal.has(id));
  const hovered = useHover((state) => state.node === id);
  const lit = useOwnRules((state) => state.lit.get(id));
  const right = direction === 'right';
  const height = right ? nodeHeight(Math.max(inputs.length, outputs.length)) : nodeHeight(1);
  const side = right ? height : NODE_WIDTH;
  const shape =
    Object.values(facts.outputs ?? {})[0] ?? (node.kind === 'output' ? facts.inputs[0] : undefined);
  const classes = [
    'layer-node',
    selected ? 'is-selected' : '',
    facts.problems.length > 0 ? 'is-broken' : '',
    node.bypass ? 'is-bypassed' : '',
    hasInside(node.kind) ? 'is-block' : '',
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
      data-testid={`node-${id}`}
    >
      {inputs.map((name, i) => {
        const offset = handleOffset(i, inputs.length, side);
        return (
          <Handle
            key={name}
            id={name}
            type="target"
            position={right ? Position.Left : Position.Top}
            style={right ? { top: offset } : { left: offset }}
            title={`${t('input')} ${name}`}
          />
        );
      })}
      <header>
        <LayerIcon kind={node.kind} size={18} />
        <span className="layer-title" title={titleOf(node)}>
          {titleOf(node)}
        </span>
        {node.bypass ? <Ban size={13} aria-label={t('bypassed')} /> : null}
        {hasInside(node.kind) ? <Layers3 size={13} className="block-mark" aria-label={t('block')} /> : null}
        <Badge facts={facts} />
      </header>
      <div className="layer-id" title={id}>
        {id.split(afterMark).map((part, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same part may come twice.
          <Fragment key={i}>
            {i > 0 ? <wbr /> : null}
            {part}
          </Fragment>
        ))}
      </div>
      <footer>
        {moved === undefined ? (
          <span className="layer-headline" title={headlineOf(facts)}>
            {headlineOf(facts)}
          </span>
        ) : null}
        {moved === undefined ? null : <Ghost text={goes ? t('goes') : moved} />}
        <span
          className={moved === undefined ? 'layer-cost' : 'layer-cost is-hidden'}
          title={fusedNote ?? (facts.cost ? exact(facts.cost.macs.value) : '')}
        >
          {fusedNote ? <Link2 size={11} aria-label={fusedNote} /> : null}
          {node.kind === 'output' || node.kind === 'input' ? (shape ? formatSample(shape) : '?') : costText}
        </span>
      </footer>
      <div className="heat" aria-hidden="true" title={fusedNote}>
        <div style={{ transform: `scaleX(${heat})` }} />
      </div>
      {row ? <DifferenceTag row={row} /> : null}
      {outputs.map((name, i) => {
        const offset = handleOffset(i, outputs.length, side);
        return (
          <Handle
            key={name}
            id={name}
            type="source"
            position={right ? Position.Right : Position.Bottom}
            style={right ? { top: offset } : { left: offset }}
            title={`${t('output')} ${name}`}
          />
        );
      })}
    </div>
  );
});

import { type RefObject, useEffect, useState } from 'react';
import { operations } from '../../../shared/analysis/conventions.ts';
import { elementCount, formatSample } from '../../../shared/base/dims.ts';
import { numbersOf, symbolsOf, type Term } from '../../../shared/base/term.ts';
import { bytesOf } from '../../../shared/graph/number-types.ts';
import { useT } from '../../i18n/i18n.ts';
import { useSaid } from '../../i18n/said.ts';
import { exact, short, shortBytes } from '../../parts/format.ts';
import { designOf } from '../../state/app-state.ts';
import { summaryOf } from '../../state/judged.ts';
import { nodeName } from '../../state/names.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { fromCanvas, scopeAround } from './scopes.ts';

/** What the pointer rests on, and where. */
interface Rested {
  readonly node: string | undefined;
  readonly wire: string | undefined;
  readonly x: number;
  readonly y: number;
}

/** How long the pointer has to rest. */
const REST_MS = 650;
/** Longer formulas, as those of whole blocks, explain nothing. */
const MOST_SYMBOLS = 90;

/** Where the pointer has come to rest over the canvas; undefined as soon as it moves on or anything is done. */
function useRest(pane: RefObject<HTMLElement | null>): Rested | undefined {
  const [rested, setRested] = useState<Rested>();
  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      clearTimeout(timer);
      setRested(undefined);
    };
    const move = (event: PointerEvent): void => {
      stop();
      if (event.buttons !== 0 || event.pointerType === 'touch' || !(event.target instanceof Element)) return;
      const node = event.target.closest<HTMLElement>('.react-flow__node-layer')?.dataset.id;
      const wire = event.target.closest<SVGElement>('.react-flow__edge')?.dataset.id;
      if (node === undefined && wire === undefined) return;
      const { clientX: x, clientY: y } = event;
      timer = setTimeout(() => setRested({ node, wire, x, y }), REST_MS);
    };
    const ends = ['pointerdown', 'wheel', 'pointerleave'] as const;
    element.addEventListener('pointermove', move);
    for (const name of ends) element.addEventListener(name, stop, { capture: true });
    window.addEventListener('keydown', stop, { capture: true });
    return () => {
      stop();
      element.removeEventListener('pointermove', move);
      for (const name of ends) element.removeEventListener(name, stop, { capture: true });
      window.removeEventListener('keydown', stop, { capture: true });
    };
  }, [pane]);
  return rested;
}

/** What a layer or a wire is and costs, and why, beside the pointer that rests on it. */
export function HoverCard({ pane }: { readonly pane: RefObject<HTMLElement | null> }) {
  const rested = useRest(pane);
  if (!rested) return null;
  const { node, wire, x, y } = rested;
  const [left, top] = [x < window.innerWidth * 0.6, y < window.innerHeight * 0.55];
  return (
    <div
      className="hover-card"
      role="tooltip"
      data-testid="hover-card"
      style={{
        ...(left ? { left: x + 16 } : { right: window.innerWidth - x + 12 }),
        ...(top ? { top: y + 20 } : { bottom: window.innerHeight - y + 12 }),
      }}
    >
      {node === undefined ? <WireCard canvas={wire ?? ''} /> : <NodeCard canvas={node} />}
    </div>
  );
}

function NodeCard({ canvas }: { readonly canvas: string }) {
  const app = useTheApp();
  const t = useT();
  const say = useSaid();
  const around = scopeAround(app, canvas);
  const { id } = fromCanvas(canvas);
  const facts = around.scope.analysis.facts.get(id);
  const convention = useApp((state) => state.convention);
  const finding = useApp((state) =>
    state.path === around.scope.path
      ? summaryOf(state.analysis, state.report).findings.find(
          ({ node, suppressed }) => node === id && !suppressed,
        )
      : undefined,
  );
  const activations = useApp((state) => designOf(state).numbers.activations);
  if (!facts) return null;
  const { cost, inputs, outputs, problems, node } = facts;
  const shapes = (all: readonly (readonly number[] | undefined)[]): string =>
    all.map((dims) => (dims ? formatSample(dims) : '?')).join(', ');
  return (
    <>
      <strong>{nodeName(node)}</strong>
      <code>{id}</code>
      <dl>
        {inputs.length > 0 ? <Line title={t('In')} text={shapes(inputs)} /> : null}
        {outputs ? <Line title={t('Out')} text={shapes(Object.values(outputs))} /> : null}
        {cost ? (
          <>
            <Counted title={t('Operations')} term={operations(cost, convention)} />
            <Counted title={t('Parameters')} term={cost.params} />
            <Line title={t('Output memory')} text={shortBytes(cost.outputElements * bytesOf(activations))} />
          </>
        ) : null}
      </dl>
      {problems.slice(0, 1).map(({ code, told }) => (
        <p key={code} className="is-error">
          {say(told.message)} {say(told.hint)}
        </p>
      ))}
      {problems.length === 0 && finding ? <p>{finding.says ? say(finding.says) : finding.message}</p> : null}
    </>
  );
}

function Line({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{text}</dd>
    </div>
  );
}

/** A count with the formula that gives it. */
function Counted({ title, term }: { readonly title: string; readonly term: Term }) {
  const symbols = symbolsOf(term);
  return (
    <>
      <Line
        title={title}
        text={term.value < 1e6 ? exact(term.value) : `${short(term.value)} (${exact(term.value)})`}
      />
      {term.value > 0 && symbols.length <= MOST_SYMBOLS ? (
        <p className="formula">
          {symbols}
          <br />= {numbersOf(term)}
        </p>
      ) : null}
    </>
  );
}

function WireCard({ canvas }: { readonly canvas: string }) {
  const app = useTheApp();
  const t = useT();
  const say = useSaid();
  const { design, analysis } = scopeAround(app, canvas).scope;
  const wire = design.wires[fromCanvas(canvas).id];
  const { facts } = analysis;
  const activations = useApp((state) => designOf(state).numbers.activations);
  if (!wire) return null;
  const { from, to } = wire;
  const dims = facts.get(from.node)?.outputs?.[from.port];
  const problem = facts
    .get(to.node)
    ?.problems.find(
      ({ where }) => where.port === to.port || (where.port === undefined && where.param === undefined),
    );
  return (
    <>
      <strong>{`${from.node} → ${to.node}`}</strong>
      <dl>
        <Line title={t('Shape')} text={dims ? formatSample(dims) : t('shape unknown')} />
        {dims ? (
          <>
            <Line title={t('Values')} text={exact(elementCount(dims))} />
            <Line title={t('Memory')} text={shortBytes(elementCount(dims) * bytesOf(activations))} />
          </>
        ) : null}
      </dl>
      {problem ? (
        <p className="is-error">
          {say(problem.told.message)} {say(problem.told.hint)}
        </p>
      ) : null}
    </>
  );
}

import { become } from '../../../shared/graph/become.ts';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { budgetLimits } from '../../../shared/steer/limits.ts';
import { t } from '../../i18n/i18n.ts';
import { layoutAfterReplacing } from '../../layout/replaced-layout.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { underConfig } from '../../state/config.ts';
import { tellFault } from '../../state/faults.ts';
import { timeModelOf } from '../../state/run/time-model.ts';
import {
  chooseKnob,
  knobsShown,
  limitsOf,
  type Steering,
  steeringOf,
  turnedOf,
} from '../../state/steering.ts';
import { ponder, stopPondering } from '../../state/what-if.ts';
import type { FitAsk } from '../../workers/steer-job.ts';

const TOP = 8;

/** Whether two designs compute the same network, wherever its nodes stand. */
export function sameNetwork(a: Design, b: Design): boolean {
  if (a.nodes === b.nodes && a.wires === b.wires && a.blocks === b.blocks) return true;
  const said = ({ nodes, wires, blocks }: Design): string => JSON.stringify([nodes, wires, blocks]);
  return said(a) === said(b);
}

/** Looks for the knobs of the document, unless they are known. */
export async function lookForKnobs(app: App): Promise<void> {
  const slice = steeringOf(app);
  const design = documentOf(app.getState());
  const { known, asked } = slice.getState();
  if (known && known.asked === asked && sameNetwork(known.design, design)) return;
  const { opened } = app.getState();
  try {
    const found = await app.steer.knobs(
      design,
      asked.filter((id) => Object.hasOwn(design.nodes, id)),
    );
    if (app.getState().opened === opened) slice.setState({ known: { ...found, design, asked } });
  } catch (error) {
    tellFault(app, error, t('No knobs could be looked for'));
  }
}

/** Why it cannot be looked for designs now, as a text; undefined where it can. */
export function objection(steering: Steering, limits: number): string | undefined {
  const { wish, known, law } = steering;
  if (law === undefined && known && known.problems.length > 0)
    return 'The design has a problem to mend first.';
  if (limits === 0 && wish.kind === 'closest') return 'Set a limit, or wish for something.';
  if (knobsShown(steering) && turnedOf(steering).length === 0) return 'Unlock a knob.';
  return undefined;
}

function isCounted(app: App): boolean {
  const { problems, totals } = app.getState().whole.analysis;
  return problems.length === 0 && totals.params > 0;
}

/** Turns what a family is made by, or what the open design has to turn. */
export function chooseLaw(app: App, law: string | undefined): void {
  const slice = steeringOf(app);
  slice.getState().task?.abort();
  pointAt(app, undefined);
  slice.setState({ law, task: undefined, progress: undefined, sample: [], found: undefined });
}

/** Gives some nodes knobs of their own, and lets their widths be turned; what turned them before is locked. */
export async function askForNodes(app: App, ids: readonly NodeId[]): Promise<void> {
  const slice = steeringOf(app);
  chooseLaw(app, undefined);
  slice.setState({ asked: [...new Set([...slice.getState().asked, ...ids])] });
  await lookForKnobs(app);
  const knobs = slice.getState().known?.knobs ?? [];
  for (const own of knobs) {
    if (own.kind !== 'width' || own.node === undefined || !ids.includes(own.node)) continue;
    for (const other of knobs)
      if (other !== own && other.nodes.some((id) => own.nodes.includes(id)))
        chooseKnob(app, other, { locked: true });
    chooseKnob(app, own, { locked: false });
  }
}

/** Takes the knobs of a node away again. */
export function dropNode(app: App, id: NodeId): void {
  const slice = steeringOf(app);
  slice.setState({ asked: slice.getState().asked.filter((each) => each !== id) });
  void lookForKnobs(app);
}

/** Finds the designs that keep the limits; what was being looked for before is given up. */
export async function findAnswers(app: App): Promise<void> {
  const slice = steeringOf(app);
  slice.getState().task?.abort();
  await lookForKnobs(app);
  const design = documentOf(app.getState());
  const { baseline, loaded } = budgetLimits(underConfig(design, app.getState().config));
  const { wish, law } = slice.getState();
  const { known } = timeModelOf(app).getState();
  // A family's members are held against the design that is open, where that can be counted.
  const base = baseline ?? (law !== undefined && isCounted(app) ? design : undefined);
  const request: FitAsk = {
    limits: limitsOf(app),
    vary: turnedOf(slice.getState()),
    wish,
    top: TOP,
    loaded,
    ...(base ? { baseline: base } : {}),
    ...(law === undefined ? {} : { law }),
    ...(known ? { machine: { target: known.target, model: known.calibration.model } } : {}),
  };
  const task = new AbortController();
  const isMine = (): boolean => slice.getState().task === task;
  slice.setState({ task, progress: undefined, sample: [], found: undefined });
  try {
    const outcome = await app.steer.fit(design, request, {
      signal: task.signal,
      onProgress: (progress) => {
        if (isMine()) slice.setState({ progress });
      },
      onSample: (sample) => {
        if (isMine()) slice.setState({ sample });
      },
    });
    if (isMine()) slice.setState({ found: { design, law, outcome, isStopped: task.signal.aborted } });
  } catch (error) {
    tellFault(app, error, t('No designs could be looked for'));
  } finally {
    if (isMine()) slice.setState({ task: undefined });
  }
}

/** Ends looking: what was found until then is kept. */
export function stopFinding(app: App): void {
  steeringOf(app).getState().task?.abort();
}

/** Shows on the canvas and the gauges what an answer would be; none, once nothing is pointed at. */
export function pointAt(app: App, answer: Design | undefined): void {
  if (steeringOf(app).getState().pointed === answer) return;
  steeringOf(app).setState({ pointed: answer });
  if (answer) ponder(app, become(answer), 'document');
  else stopPondering(app);
}

/** Makes the document into an answer: one step to undo. What is new is laid out in the same step. */
export async function takeAnswer(app: App, answer: Design, label: string): Promise<void> {
  pointAt(app, undefined);
  const { editDocument, endGesture, direction, show } = app.getState();
  const before = documentOf(app.getState());
  const isNew = Object.keys(answer.nodes).some((id) => !before.nodes[id]);
  if (!isNew) {
    editDocument(label, become(answer));
    return;
  }
  show([]);
  const mark = `fitted ${crypto.randomUUID()}`;
  editDocument(label, become(answer), mark);
  const after = documentOf(app.getState());
  const places = await layoutAfterReplacing(app.arrange, before, after, direction);
  if (documentOf(app.getState()).nodes === after.nodes) editDocument(label, moveNodes(places), mark);
  endGesture();
}

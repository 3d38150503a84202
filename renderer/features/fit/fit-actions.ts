import { become } from '../../../shared/graph/become.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { budgetLimits } from '../../../shared/steer/limits.ts';
import { t } from '../../i18n/i18n.ts';
import { layoutAfterReplacing } from '../../layout/replaced-layout.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { underConfig } from '../../state/config.ts';
import { tellFault } from '../../state/faults.ts';
import { timeModelOf } from '../../state/run/time-model.ts';
import { limitsOf, type Steering, steeringOf, turnedOf } from '../../state/steering.ts';
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
  const { known } = slice.getState();
  if (known && sameNetwork(known.design, design)) return;
  const { opened } = app.getState();
  try {
    const found = await app.steer.knobs(design);
    if (app.getState().opened === opened) slice.setState({ known: { ...found, design } });
  } catch (error) {
    tellFault(app, error, t('No knobs could be looked for'));
  }
}

/** Why it cannot be looked for designs now, as a text; undefined where it can. */
export function objection(steering: Steering, limits: number): string | undefined {
  const { wish, known } = steering;
  if (known && known.problems.length > 0) return 'The design has a problem to mend first.';
  if (limits === 0 && wish.kind === 'closest') return 'Set a limit, or wish for something.';
  if (known && turnedOf(steering).length === 0) return 'Unlock a knob.';
  return undefined;
}

/** Finds the designs that keep the limits; what was being looked for before is given up. */
export async function findAnswers(app: App): Promise<void> {
  const slice = steeringOf(app);
  slice.getState().task?.abort();
  await lookForKnobs(app);
  const design = documentOf(app.getState());
  const { baseline } = budgetLimits(underConfig(design, app.getState().config));
  const { wish } = slice.getState();
  const { known } = timeModelOf(app).getState();
  const request: FitAsk = {
    limits: limitsOf(app),
    vary: turnedOf(slice.getState()),
    wish,
    top: TOP,
    ...(baseline ? { baseline } : {}),
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
    if (isMine()) slice.setState({ found: { design, outcome, isStopped: task.signal.aborted } });
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

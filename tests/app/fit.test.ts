import { describe, expect, it } from 'vitest';
import {
  askForNodes,
  chooseLaw,
  dropNode,
  findAnswers,
  lookForKnobs,
  objection,
  pointAt,
  stopFinding,
  takeAnswer,
} from '../../renderer/features/fit/fit-actions.ts';
import { documentOf } from '../../renderer/state/app-state.ts';
import { chooseKnob, knobsShown, limitsOf, steeringOf, turnedOf } from '../../renderer/state/steering.ts';
import { whatIfOf } from '../../renderer/state/what-if.ts';
import { setLimit, setParams } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { startApp } from './open-app.ts';

function open(name: string) {
  const opened = startApp();
  opened.app.getState().open(zooEntry(name)!.build());
  const { app } = opened;
  const limit = (max: number): void =>
    app.getState().editDocument('limit', setLimit('macs', { kind: 'absolute', max }));
  const totals = () => app.getState().whole.analysis.totals;
  const found = () => steeringOf(app).getState().found?.outcome;
  return { app, limit, totals, found };
}

describe('fitting in the app', () => {
  it('finds designs that keep the budget, and the analysis of what is taken says the same', async () => {
    const { app, limit, totals, found } = open('lenet');
    const before = documentOf(app.getState());
    limit(0.8 * totals().macs);
    const limited = documentOf(app.getState());
    await findAnswers(app);
    const outcome = found();
    if (outcome?.kind !== 'found') throw new Error('Nothing was found.');
    expect(outcome.isProven).toBe(true);
    const { design, measures } = outcome.answers[0]!;
    await takeAnswer(app, design, 'Fit');
    expect(totals()).toMatchObject({ macs: measures.macs, params: measures.params });
    expect(app.getState().budget.within).toBe(true);
    app.getState().undo();
    expect(documentOf(app.getState())).toEqual(limited);
    app.getState().undo();
    expect(documentOf(app.getState())).toEqual(before);
  });

  it('lays out what a deeper design has more of, in the same step', async () => {
    const { app, found } = open('vgg11');
    await lookForKnobs(app);
    const { known } = steeringOf(app).getState();
    for (const knob of known!.knobs) chooseKnob(app, knob, { locked: knob.kind !== 'depth' });
    steeringOf(app).setState({
      wish: { kind: 'largest', quantity: 'depth' },
      limits: [{ quantity: 'depth', text: '14' }],
    });
    await findAnswers(app);
    const outcome = found();
    if (outcome?.kind !== 'found') throw new Error('Nothing was found.');
    const steps = app.getState().history.past.length;
    await takeAnswer(app, outcome.answers[0]!.design, 'Fit');
    const { nodes, layout } = documentOf(app.getState());
    expect(app.getState().whole.analysis.totals.depth).toBe(14);
    expect(Object.keys(nodes).filter((id) => !layout[id])).toEqual([]);
    expect(app.getState().history.past.length).toBe(steps + 1);
  });

  it('shows what an answer would be without changing anything', async () => {
    const { app, limit, totals, found } = open('resnet18');
    limit(1.5e9);
    await findAnswers(app);
    const outcome = found();
    if (outcome?.kind !== 'found') throw new Error('Nothing was found.');
    const { design, measures } = outcome.answers[0]!;
    const { macs } = totals();
    const { history } = app.getState();
    pointAt(app, design);
    const { thought } = whatIfOf(app).getState();
    // torchvision's ResNet-18 has 1.814 G multiply-adds.
    expect(thought!.before.whole.analysis.totals.macs / 1e9).toBeCloseTo(1.814, 3);
    expect(thought!.after.whole.analysis.totals.macs).toBe(measures.macs);
    expect(thought!.after.budget.gauges.macs.within).toBe(true);
    expect(app.getState().history).toBe(history);
    pointAt(app, undefined);
    expect(whatIfOf(app).getState().thought).toBeUndefined();
    expect(totals().macs).toBe(macs);
  });

  it('keeps what was found when it is stopped, and says that it is not proven', async () => {
    const { app, limit, totals, found } = open('lenet');
    limit(0.9 * totals().macs);
    await lookForKnobs(app);
    for (const knob of steeringOf(app).getState().known!.knobs)
      if (knob.kind === 'width' && knob.step > 0) chooseKnob(app, knob, { range: '1..400' });
    steeringOf(app).setState({ wish: { kind: 'closest', to: 'shares' } });
    const looking = findAnswers(app);
    const stop = steeringOf(app).subscribe(({ progress }) => {
      if (progress && progress.leading.length > 0) stopFinding(app);
    });
    await looking;
    stop();
    expect(steeringOf(app).getState().found?.isStopped).toBe(true);
    expect(found()).toMatchObject({ kind: 'found', isProven: false });
  });

  it('says which lock to open where nothing fits', async () => {
    const { app, limit, found } = open('resnet18');
    limit(1e9);
    await lookForKnobs(app);
    for (const knob of steeringOf(app).getState().known!.knobs)
      chooseKnob(app, knob, { locked: knob.id !== 'stage5.depth' });
    await findAnswers(app);
    const outcome = found();
    expect(outcome).toMatchObject({ kind: 'none', isProven: true });
    // A smaller input alone does: multiply-adds of convolutions go with its square.
    if (outcome?.kind === 'none') expect(outcome.unlock).toContain('input');
  });

  it('takes a limit on the peak as the design counts it: of its batch, in its type of activations', () => {
    const { app } = open('resnet18');
    const { editDocument } = app.getState();
    editDocument('limit', setLimit('memory', { kind: 'absolute', max: 4_000_000 }));
    expect(limitsOf(app)).toEqual([{ quantity: 'memory', atMost: 4_000_000 }]);
    editDocument('numbers', (draft) => {
      draft.numbers = { weights: 'int8', activations: 'int8' };
      draft.batch = 2;
    });
    expect(limitsOf(app)).toEqual([{ quantity: 'memory', atMost: 4_000_000 }]);
    const inArena = { kind: 'absolute', max: 4_000_000, counted: 'greedyArena' } as const;
    editDocument('limit', setLimit('memory', inArena));
    expect(limitsOf(app)).toEqual([{ quantity: 'memoryArena', atMost: 4_000_000 }]);
  });

  it('says what is missing before it looks', async () => {
    const { app, limit } = open('lenet');
    await lookForKnobs(app);
    const why = (): string | undefined => objection(steeringOf(app).getState(), limitsOf(app).length);
    expect(why()).toMatch(/Set a limit/);
    limit(1e6);
    expect(why()).toBeUndefined();
    for (const knob of steeringOf(app).getState().known!.knobs) chooseKnob(app, knob, { locked: true });
    expect(why()).toBe('Unlock a knob.');
  });
});

describe('what a gesture has done so far', () => {
  it('is held against what it found, until it ends or is taken back', () => {
    const { app, totals } = open('resnet18');
    const { gesture } = whatIfOf(app).getState();
    expect(gesture).toBeUndefined();
    const { macs } = totals();
    const scrub = (channels: number): void =>
      app.getState().edit('Channels', setParams(['layer4.1'], { channels }), 'layer4.1/channels');
    const foundMacs = (): number | undefined =>
      whatIfOf(app).getState().gesture?.before.whole.analysis.totals.macs;
    scrub(500);
    scrub(480);
    expect(foundMacs()).toBe(macs);
    scrub(512);
    expect(foundMacs()).toBeUndefined();
    scrub(400);
    app.getState().endGesture();
    expect(foundMacs()).toBeUndefined();
  });

  it("turns a family's law, and its members are held against the open design", async () => {
    const { app, found } = open('lenet');
    const before = documentOf(app.getState());
    chooseLaw(app, 'mobilenet_v2');
    const slice = steeringOf(app);
    const [alpha] = knobsShown(slice.getState())!;
    chooseKnob(app, alpha!, { range: '0.35,0.5,1' });
    slice.setState({ limits: [{ quantity: 'params', text: '2M' }] });
    await findAnswers(app);
    const outcome = found();
    if (outcome?.kind !== 'found') throw new Error('Nothing was found.');
    // The authors' MobileNetV2 at 0.5 has 1.97 million parameters, at 0.35 1.68.
    expect(outcome.answers.map(({ turned }) => turned.map(({ after }) => after))).toEqual([[0.5], [0.35]]);
    expect(outcome.original.params).toBe(app.getState().whole.analysis.totals.params);
    const { design, measures } = outcome.answers[0]!;
    await takeAnswer(app, design, 'Fit');
    expect(app.getState().whole.analysis.totals.params).toBe(measures.params);
    app.getState().undo();
    expect(documentOf(app.getState())).toEqual(before);
    // What is chosen of a law is not chosen of a design.
    chooseLaw(app, undefined);
    expect(slice.getState().found).toBeUndefined();
    await lookForKnobs(app);
    expect(knobsShown(slice.getState())!.map(({ id }) => id)).not.toContain('alpha');
  });

  it('gives a chosen layer knobs of its own, and locks what turned it before', async () => {
    const { app, found } = open('vgg11');
    const widthIds = Object.entries(documentOf(app.getState()).nodes)
      .filter(([, { params }]) => params.channels === 512)
      .map(([id]) => id);
    await askForNodes(app, [widthIds[0]!]);
    const slice = steeringOf(app);
    const own = knobsShown(slice.getState())!.filter(({ node }) => node !== undefined);
    expect(own.map(({ id }) => id)).toContain(`${widthIds[0]}.width`);
    expect(turnedOf(slice.getState()).map(({ knob }) => knob)).toContain(`${widthIds[0]}.width`);
    for (const knob of knobsShown(slice.getState())!)
      if (knob.node === undefined) chooseKnob(app, knob, { locked: true });
    slice.setState({ limits: [{ quantity: 'macs', text: '7G' }] });
    await findAnswers(app);
    const outcome = found();
    if (outcome?.kind !== 'found') throw new Error('Nothing was found.');
    const { nodes } = outcome.answers[0]!.design;
    const before = documentOf(app.getState()).nodes;
    const moved = Object.keys(nodes).filter(
      (id) => nodes[id]!.params.channels !== before[id]!.params.channels,
    );
    expect(moved).toEqual([widthIds[0]]);
    dropNode(app, widthIds[0]!);
    await lookForKnobs(app);
    expect(knobsShown(slice.getState())!.every(({ node }) => node === undefined)).toBe(true);
  });
});

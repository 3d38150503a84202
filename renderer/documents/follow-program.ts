import type { Design } from '../../shared/graph/design.ts';
import { t } from '../i18n/i18n.ts';
import { directionOf } from '../layout/reading.ts';
import type { App } from '../state/app.ts';
import { isDirty } from '../state/app-state.ts';
import { tellFault } from '../state/faults.ts';
import { withPlaces } from './files.ts';
import { type Followed, followedOf, traceProgram } from './program.ts';

/** The program whose design is open; undefined where another document is. */
export function followedNow(app: App): Followed | undefined {
  const { followed } = followedOf(app).getState();
  const { opened, screen } = app.getState();
  return screen === 'editor' && followed?.opened === opened ? followed : undefined;
}

function become(app: App, followed: Followed, change: Partial<Followed>): void {
  if (followedNow(app)?.program === followed.program)
    followedOf(app).setState(({ followed: now }) => ({ followed: now && { ...now, ...change } }));
}

/** Listens to programs being saved: the open design becomes what its program says now. */
export function followPrograms(app: App): void {
  app.host.on('programSaved', ({ ticket }) => {
    if (followedNow(app)?.program.ticket === ticket) void readAgain(app);
  });
  // A program whose design is no longer open is run no more.
  app.subscribe(() => {
    const { followed } = followedOf(app).getState();
    if (!followed || followedNow(app)) return;
    followedOf(app).setState({ followed: undefined });
    void app.host.stopProgram({ ticket: followed.program.ticket });
  });
}

/**
 * Takes over what the program says now. It is one step, which can be undone; where the design was changed here since it was
 * read from there, it waits for the user to say so (`over`).
 */
export async function readAgain(app: App, over?: 'own changes'): Promise<void> {
  const followed = followedNow(app);
  if (!followed) return;
  become(app, followed, { state: 'running', problems: [] });
  try {
    const traced = await traceProgram(app, followed.program);
    // What was asked for again meanwhile answers by itself.
    if (!traced) return;
    if (!traced.ok) return become(app, followed, { state: 'failed', problems: traced.problems });
    const { design, weights } = traced.value;
    const now = followedNow(app);
    if (now?.program !== followed.program) return;
    const current = app.getState().history.design;
    if (isChangedHere(current, now.taken) && over === undefined)
      return become(app, followed, { state: 'waiting' });
    const arranged = await withPlaces(app, inItsPlaces(design, app.getState().history.design));
    if (followedNow(app)?.program !== followed.program) return;
    const wasDirty = isDirty(app.getState());
    app.getState().flow(directionOf(arranged));
    // Budget, rules and notes on the canvas are said here, and nowhere in the program.
    const { name, notes, nodes, wires, blocks, layout } = arranged;
    app.getState().editDocument(t('{{name}} was saved', { name: followed.program.name }), (draft) => {
      Object.assign(draft, { name, notes, nodes, wires, blocks, layout });
    });
    const state = app.getState();
    // What stands in the program is kept there.
    if (!wasDirty) state.markSaved(state.file, state.history.design);
    if (weights) state.giveWeights(weights, undefined, state.weightsFile);
    state.say(t('{{name}} was read again', { name: followed.program.name }));
    become(app, followed, { state: 'current', taken: state.history.design, problems: [] });
  } catch (error) {
    become(app, followed, { state: 'failed' });
    tellFault(app, error);
  }
}

/** Whether anything that the program says was changed here; budgets, rules and places are said here alone. */
const isChangedHere = (now: Design, taken: Design): boolean =>
  now.nodes !== taken.nodes || now.wires !== taken.wires || now.blocks !== taken.blocks;

/** Layers stay where they stand, in every graph that has the same ones as before. */
function inItsPlaces(design: Design, before: Design): Design {
  const blocks = Object.entries(design.blocks).map(([name, block]) => {
    const was = before.blocks[name];
    return [name, was ? { ...block, layout: placesOf(block.nodes, was) } : block] as const;
  });
  return { ...design, layout: placesOf(design.nodes, before), blocks: Object.fromEntries(blocks) };
}

function placesOf(nodes: Design['nodes'], { layout }: Pick<Design, 'layout'>): Design['layout'] {
  const ids = Object.keys(nodes);
  return ids.every((id) => layout[id]) ? Object.fromEntries(ids.map((id) => [id, layout[id]!])) : {};
}

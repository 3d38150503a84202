import { followRenames, moveWeights } from '../../shared/formats/weights/follow.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import {
  applyEdit,
  closeGesture,
  type History,
  redo,
  startHistory,
  undo,
} from '../../shared/graph/history.ts';
import { inverse, type Moves, movesInside } from '../../shared/graph/packing.ts';
import { keepSaid } from '../i18n/again.ts';
import { alive } from './alive.ts';
import type { AppState, MakeSlice } from './app-state.ts';
import { createDeriver, type Deriver } from './derive.ts';
import type { DocumentSlice } from './document-state.ts';
import { baseOf, renamedIn } from './in-place.ts';
import { sealedKey } from './sealed.ts';
import { noVeil, veiled } from './veil.ts';
import { pathOf } from './view.ts';

function aliveWires(wires: readonly string[], design: Design): readonly string[] {
  return wires.every((id) => design.wires[id]) ? wires : wires.filter((id) => design.wires[id]);
}

/** Notes and frames are known by their places: once one is gone, none of them is what it was. */
function aliveItems({ items, shown: { canvas } }: AppState, after: Design): AppState['items'] {
  const same =
    canvas.notes.length <= after.canvas.notes.length && canvas.frames.length <= after.canvas.frames.length;
  return same || items.length === 0 ? items : [];
}

/** How long nothing changes before findings that take their time are looked for. */
const SETTLE_MS = 250;

/** So long at a time findings are looked for, so that keys are heard in between. */
const SLICE_MS = 12;

/** Works out what follows from the document; of a large one, the findings once nothing has changed for a moment. */
function createPatientDeriver(onSettled: (settled: Partial<AppState>) => void): Deriver {
  const deriver = createDeriver();
  let settling: ReturnType<typeof setTimeout> | undefined;
  const goOn = (work: ReturnType<Deriver['settling']>): void => {
    const end = performance.now() + SLICE_MS;
    while (performance.now() < end) {
      const { done, value } = work.next();
      if (!done) continue;
      if (value) onSettled(value);
      return;
    }
    settling = setTimeout(() => goOn(work));
  };
  return {
    ...deriver,
    derive: (...from) => {
      const derived = deriver.derive(...from);
      clearTimeout(settling);
      if (deriver.owes()) settling = setTimeout(() => goOn(deriver.settling()), SETTLE_MS);
      return derived;
    },
  };
}

/** What is pointed at in a document that has just been opened. */
const untouched: Pick<AppState, 'selection' | 'wires' | 'items' | 'notice' | 'overlay'> = {
  selection: [],
  wires: [],
  items: [],
  notice: undefined,
  overlay: 'none',
};

/** What an edit, or going `along` the steps that were done, makes of what is known and pointed at. */
function afterEdit(
  state: AppState,
  history: History,
  derive: Deriver['derive'],
  moves: Moves | undefined,
  along: 'steps' | undefined,
): Partial<AppState> {
  const { history: before, weights, trail, places, config, base, inPlace, selection, wires } = state;
  if (history.design === before.design) return { history };
  const derived = derive(history.design, trail, places, config);
  return {
    history,
    base: Math.min(base, derived.trail.length),
    inPlace: renamedIn(inPlace, before.design, history.design),
    weights:
      weights && followRenames(moves ? moveWeights(weights, moves) : weights, before.design, history.design),
    ...derived,
    selection: alive(selection, derived.shown),
    wires: aliveWires(wires, derived.shown),
    items: aliveItems(state, derived.shown),
    ...(along && derived.path === state.path ? returned(state.shown, derived.shown) : {}),
  };
}

/** Nodes that come back by undoing or redoing are selected, as those are that are added by hand. */
function returned(before: Design, after: Design): Partial<Pick<AppState, 'selection' | 'wires' | 'items'>> {
  const selection = Object.keys(after.nodes).filter((id) => !(id in before.nodes));
  return selection.length > 0 ? { selection, wires: [], items: [] } : {};
}

const noWeights = { weights: undefined, weightsFrom: undefined, weightsFile: undefined };

export const documentSlice: MakeSlice<DocumentSlice> = (set, get) => {
  const deriver = createPatientDeriver(set);
  const derive: Deriver['derive'] = (...from) => {
    const derived = deriver.derive(...from);
    // At the beginning there is no state yet, and nothing that is hidden.
    const { veil = noVeil } = get() ?? {};
    return derived.trail.length === 0 ? { ...derived, analysis: veiled(derived.analysis, veil) } : derived;
  };
  const become = (history: History, moves?: Moves, along?: 'steps'): void => {
    if (history === get().history) return;
    keepSaid(history.past.at(-1)?.label ?? '');
    set(afterEdit(get(), history, derive, moves, along));
  };
  return {
    history: startHistory(emptyDesign),
    opened: 0,
    foreign: false,
    saved: emptyDesign,
    file: undefined,
    ...noWeights,
    places: new Map(),
    base: 0,
    inPlace: new Set(),
    veil: noVeil,
    refused: 0,
    config: undefined,
    ...derive(emptyDesign, [], new Map(), undefined),

    open(design, file, weights, foreign = false, weightsFile = undefined) {
      deriver.forget(design);
      set({
        screen: 'editor',
        history: startHistory(design),
        opened: get().opened + 1,
        foreign,
        saved: design,
        file,
        weights,
        weightsFrom: undefined,
        weightsFile,
        config: undefined,
        ...untouched,
        ...derive(design, [], get().places, undefined),
        base: 0,
        inPlace: new Set(),
      });
    },
    prepare: (...of) => deriver.prepare(...of),
    close: () => set({ screen: 'start', overlay: 'none' }),
    edit: (label, edit, mark, moves) => {
      const { sealed, refused, editAround } = get();
      if (sealed) set({ refused: refused + 1 });
      else editAround(label, edit, mark, moves);
    },
    editAround: (label, edit, mark, moves) => {
      const { history, block } = get();
      if (block === undefined) return become(applyEdit(history, label, edit, mark, moves), moves);
      const ownMark = mark === undefined ? undefined : `${block}/${mark}`;
      const moved = movesInside(history.design, block, moves);
      become(applyEdit(history, label, inBlock(block, edit), ownMark, moved), moved);
    },
    editDocument: (label, edit, mark) => become(applyEdit(get().history, label, edit, mark)),
    show: (trail, where) => {
      const before = get();
      const derived = derive(before.history.design, trail, before.places, before.config);
      const base = where === 'own canvas' ? derived.trail.length : baseOf(before, derived.trail);
      set({ ...derived, base, selection: [], wires: [], items: [] });
    },
    openInPlace: (trail) => set({ inPlace: new Set([...get().inPlace, pathOf(trail)]) }),
    closeInPlace: (trail) => {
      const closed = pathOf(trail);
      const stays = [...get().inPlace].filter((path) => path !== closed && !path.startsWith(`${closed}/`));
      if (`${get().path}/`.startsWith(`${closed}/`)) get().show(trail.slice(0, -1));
      set({ inPlace: new Set(stays) });
    },
    place: (inside, layout) => {
      const places = new Map([...get().places, [sealedKey(inside), layout]]);
      set({ places, ...derive(get().history.design, get().trail, places, get().config) });
    },
    useConfig: (config) => {
      const { history, trail, places } = get();
      set({ config, ...derive(history.design, trail, places, config) });
    },
    useTimer: (timer) => {
      deriver.useTimer(timer);
      set(derive(get().history.design, get().trail, get().places, get().config));
    },
    draw: (veil) => {
      set({ veil });
      set(derive(get().history.design, get().trail, get().places, get().config));
    },
    endGesture: () => set({ history: closeGesture(get().history) }),
    undo: () => {
      const { history } = get();
      const moves = history.past.at(-1)?.moves;
      become(undo(history), moves && inverse(moves), 'steps');
    },
    redo: () => become(redo(get().history), get().history.future[0]?.moves, 'steps'),
    markSaved: (file, design) => set({ file, saved: design }),
    resume: ({ history, trail, selection, file, weightsFile }) => {
      deriver.forget(history.design);
      const derived = derive(history.design, trail, get().places, undefined);
      set({
        screen: 'editor',
        history,
        opened: get().opened + 1,
        foreign: false,
        saved: undefined,
        file,
        ...noWeights,
        weightsFile,
        config: undefined,
        ...untouched,
        ...derived,
        base: derived.trail.length,
        inPlace: new Set(),
        selection: alive(selection, derived.shown),
      });
    },
    giveWeights: (weights, weightsFrom, weightsFile) => set({ weights, weightsFrom, weightsFile }),
  };
};

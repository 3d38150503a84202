import { create } from 'zustand';
import { type Analyzer, createAnalyzer } from '../../shared/analysis/analyze.ts';
import { type BudgetReport, checkBudget } from '../../shared/analysis/budget.ts';
import type { Convention } from '../../shared/analysis/conventions.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { followRenames, moveWeights } from '../../shared/formats/weights/follow.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import { inBlock } from '../../shared/graph/block-edits.ts';
import { type Design, emptyDesign, type NodeId, type Quantity } from '../../shared/graph/design.ts';
import type { Edit } from '../../shared/graph/edits.ts';
import {
  applyEdit,
  closeGesture,
  type History,
  redo,
  startHistory,
  undo,
} from '../../shared/graph/history.ts';
import { inverse, type Moves, movesInside } from '../../shared/graph/packing.ts';
import { createLinter, type Linter, type LintReport } from '../../shared/lint/run.ts';
import { sameDesign } from './same-design.ts';
import { type SealedPlaces, sealedKey } from './sealed.ts';
import { type View, viewOf } from './view.ts';

export const panels = ['costs', 'profile', 'problems', 'compare', 'run', 'maps', 'scene', 'history'] as const;
export type PanelName = (typeof panels)[number];
/** What the strips on the nodes show a share of. */
export type Heat = Quantity | 'time';
/** What a node took, with the nodes that were computed in the same steps: their times are the same, not besides. */
export interface NodeTime {
  readonly milliseconds: number;
  readonly fusedWith: readonly NodeId[];
}
/** How long the last run of this document took, in all and by node; in milliseconds. */
export interface RunTimes {
  readonly total: number;
  readonly byNode: ReadonlyMap<NodeId, NodeTime>;
}
export type ThemeChoice = 'system' | 'light' | 'dark';
export type FlowDirection = 'right' | 'down';

/** The file that the document was read from or saved to. */
export interface DocumentFile {
  readonly grant: string;
  readonly name: string;
}

export interface Notice {
  readonly kind: 'info' | 'error';
  readonly title: string;
  readonly lines: readonly string[];
  /** Something that can be done about it; such a notice waits to be answered. */
  readonly action?: { readonly title: string; readonly perform: () => void };
}

/** Something that only the user can decide; answered with the id of a choice, or undefined. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly choices: readonly { readonly id: string; readonly title: string; readonly primary?: boolean }[];
  readonly answer: (choice: string | undefined) => void;
}

export type Overlay = 'none' | 'commands' | 'find' | 'connect' | 'add' | 'shortcuts' | 'export';

/** What is known of a design. */
interface Known {
  readonly analysis: Analysis;
  readonly report: LintReport;
}

/**
 * What is derived from the document; never stored, always of the current design. Analysis and report are of what is shown:
 * the whole design, or the inside of a block.
 */
interface Derived extends Known, View {
  readonly whole: Known;
  readonly budget: BudgetReport;
}

export interface AppState extends Derived {
  readonly screen: 'start' | 'editor';
  readonly history: History;
  /** Counts the documents opened so far: a new one gets a fresh canvas. */
  readonly opened: number;
  /** The design as it is in the file; undefined where it stands in none as it is, as restored work does. */
  readonly saved: Design | undefined;
  readonly file: DocumentFile | undefined;
  /** Trained weights that came with the document, still in its file. */
  readonly weights: LazyWeights | undefined;
  /** The file that they were loaded from, where it is not the document's own. */
  readonly weightsFrom: string | undefined;
  readonly selection: readonly NodeId[];
  /** Selected wires. */
  readonly wires: readonly string[];
  /** Nodes that the wire being drawn may not end at. */
  readonly illegal: ReadonlySet<NodeId>;
  readonly panel: PanelName;
  /** The panels take the canvas's room too. */
  readonly panelWhole: boolean;
  readonly convention: Convention;
  readonly heat: Heat;
  readonly runTimes: RunTimes | undefined;
  readonly theme: ThemeChoice;
  readonly direction: FlowDirection;
  /** Where the layers of the blocks that come with the program are shown. */
  readonly places: SealedPlaces;
  /** How often a change was refused, since what is looked at cannot be changed: it is told each time. */
  readonly refused: number;
  readonly notice: Notice | undefined;
  readonly overlay: Overlay;
  readonly question: Question | undefined;

  open(design: Design, file?: DocumentFile, weights?: LazyWeights): void;
  close(): void;
  /** Changes what is shown: the design, or the block that is open; of a block that comes with the program nothing can be. */
  edit(label: string, edit: Edit, mark?: string, moves?: Moves): void;
  /** Changes what stands around the block that is looked at, where it comes with the program; else what is shown. */
  editAround(label: string, edit: Edit, mark?: string, moves?: Moves): void;
  /** Changes the document, whatever is shown of it. */
  editDocument(label: string, edit: Edit, mark?: string): void;
  /** Shows the inside of a block: the last of the nodes that are opened one after another; the design where there are none. */
  show(trail: readonly NodeId[]): void;
  /** Lays out the inside of a block that comes with the program. */
  place(inside: Design, layout: Design['layout']): void;
  endGesture(): void;
  undo(): void;
  redo(): void;
  /** `design` is what was written, which may be older than what is shown by now. */
  markSaved(file: DocumentFile, design: Design): void;
  /** Takes up work that was kept: what can be undone and what was selected is as it was. */
  resume(history: History, trail: readonly NodeId[], selection: readonly NodeId[]): void;
  select(ids: readonly NodeId[]): void;
  set(change: Partial<Pick<AppState, Settable>>): void;
}

type Settable =
  | 'panel'
  | 'panelWhole'
  | 'convention'
  | 'heat'
  | 'runTimes'
  | 'theme'
  | 'direction'
  | 'notice'
  | 'overlay'
  | 'question'
  | 'illegal'
  | 'wires'
  | 'weights'
  | 'weightsFrom'
  | 'screen';

let analyzer = createAnalyzer();
/** Of the block that is shown; another block has another one. */
let inner: { readonly trail: string; readonly analyzer: Analyzer } | undefined;

/** What follows the edits of a design follows its findings too. */
const linters = new WeakMap<Analyzer, Linter>();

function known(design: Design, by: Analyzer): Known {
  const analysis = by.update(design);
  const linter = linters.get(by) ?? createLinter();
  linters.set(by, linter);
  return { analysis, report: linter.update(design, analysis) };
}

function derive(document: Design, trail: readonly NodeId[], places: SealedPlaces): Derived {
  const whole = known(document, analyzer);
  const budget = checkBudget(document, whole.analysis);
  const view = viewOf(document, whole.analysis, trail, places);
  if (view.trail.length === 0) return { ...whole, ...view, whole, budget };
  const path = view.trail.join('/');
  if (inner?.trail !== path) inner = { trail: path, analyzer: createAnalyzer() };
  return { ...known(view.shown, inner.analyzer), ...view, whole, budget };
}

/** Selected nodes that are no more are not selected. */
function alive(selection: readonly NodeId[], design: Design): readonly NodeId[] {
  return selection.every((id) => design.nodes[id]) ? selection : selection.filter((id) => design.nodes[id]);
}

function aliveWires(wires: readonly string[], design: Design): readonly string[] {
  return wires.every((id) => design.wires[id]) ? wires : wires.filter((id) => design.wires[id]);
}

export const useApp = create<AppState>()((set, get) => {
  const become = (history: History, moves?: Moves): void => {
    const { history: before, weights } = get();
    if (history === before) return;
    if (history.design === before.design) {
      set({ history });
      return;
    }
    const derived = derive(history.design, get().trail, get().places);
    set({
      history,
      weights:
        weights &&
        followRenames(moves ? moveWeights(weights, moves) : weights, before.design, history.design),
      ...derived,
      selection: alive(get().selection, derived.shown),
      wires: aliveWires(get().wires, derived.shown),
    });
  };
  return {
    screen: 'start',
    history: startHistory(emptyDesign),
    opened: 0,
    saved: emptyDesign,
    file: undefined,
    weights: undefined,
    weightsFrom: undefined,
    ...derive(emptyDesign, [], new Map()),
    places: new Map(),
    refused: 0,
    selection: [],
    wires: [],
    illegal: new Set(),
    panel: 'costs',
    panelWhole: false,
    convention: 'mac',
    heat: 'macs',
    runTimes: undefined,
    theme: (localStorage.getItem('theme') as ThemeChoice | null) ?? 'system',
    direction: 'right',
    notice: undefined,
    overlay: 'none',
    question: undefined,

    open(design, file, weights) {
      analyzer = createAnalyzer();
      inner = undefined;
      set({
        screen: 'editor',
        history: startHistory(design),
        opened: get().opened + 1,
        saved: design,
        file,
        weights,
        weightsFrom: undefined,
        selection: [],
        wires: [],
        notice: undefined,
        overlay: 'none',
        ...derive(design, [], get().places),
      });
    },
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
    show: (trail) => {
      const derived = derive(get().history.design, trail, get().places);
      set({ ...derived, selection: [], wires: [] });
    },
    place: (inside, layout) => {
      const places = new Map([...get().places, [sealedKey(inside), layout]]);
      set({ places, ...derive(get().history.design, get().trail, places) });
    },
    endGesture: () => set({ history: closeGesture(get().history) }),
    undo: () => {
      const { history } = get();
      const moves = history.past.at(-1)?.moves;
      become(undo(history), moves && inverse(moves));
    },
    redo: () => become(redo(get().history), get().history.future[0]?.moves),
    markSaved: (file, design) => set({ file, saved: design }),
    resume: (history, trail, selection) => {
      const derived = derive(history.design, trail, get().places);
      set({ history, saved: undefined, ...derived, selection: alive(selection, derived.shown) });
    },
    select: (ids) => {
      const { selection, shown } = get();
      if (ids.length === selection.length && ids.every((id, i) => id === selection[i])) return;
      set({ selection: alive(ids, shown) });
    },
    set: (change) => {
      if (change.theme) localStorage.setItem('theme', change.theme);
      set(change);
    },
  };
});

/** What is shown and edited: the document, or the inside of a block as a design of its own. */
export const designOf = (state: AppState): Design => state.shown;
/** What is saved, run and exported. */
export const documentOf = (state: AppState): Design => state.history.design;
export const isDirty = (state: AppState): boolean =>
  state.screen === 'editor' && (state.saved === undefined || !sameDesign(state.saved, state.history.design));
export const app = useApp;

import type { Analysis } from '../../shared/analysis/facts.ts';
import type { DesignTimer } from '../../shared/analysis/timer.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import type { Edit } from '../../shared/graph/edits.ts';
import type { History } from '../../shared/graph/history.ts';
import type { Moves } from '../../shared/graph/packing.ts';
import type { ConfigInUse } from './config.ts';
import type { Derived, KnownElsewhere } from './derive.ts';
import type { SealedPlaces } from './sealed.ts';
import type { Veil } from './veil.ts';

/** The file that the document was read from or saved to. */
export interface DocumentFile {
  readonly grant: string;
  readonly name: string;
}

export interface WeightsFile {
  readonly name: string;
  /** What the host knows it by. */
  readonly ticket: string;
}

/** The document: what is saved and undone, what follows from it, and the file and the weights that go with it. */
export interface DocumentSlice extends Derived {
  readonly history: History;
  /** Counts the documents opened so far: a new one gets a fresh canvas. */
  readonly opened: number;
  /** It was read from a model of another program, which knows no blocks. */
  readonly foreign: boolean;
  /** The design as it is in the file; undefined where it stands in none as it is, as restored work does. */
  readonly saved: Design | undefined;
  readonly file: DocumentFile | undefined;
  /** Trained weights that came with the document, still in its file. */
  readonly weights: LazyWeights | undefined;
  /** The file that they were loaded from, where it is not the document's own. */
  readonly weightsFrom: string | undefined;
  /** The file that the weights are in, its own or another, where the host can find it again. */
  readonly weightsFile: WeightsFile | undefined;
  /** Where the layers of the blocks that come with the program are shown. */
  readonly places: SealedPlaces;
  /** Layers of which something is not told, while an exercise asks for it. */
  readonly veil: Veil;
  /** How many of the trail lead to what the canvas is drawn of; what comes after them is open in place. */
  readonly base: number;
  /** The blocks that are open where they stand, by their paths. */
  readonly inPlace: ReadonlySet<string>;
  /** What was found beside the document's file, and holds under what the design says. */
  readonly config: ConfigInUse | undefined;
  /** How often a change was refused, since what is looked at cannot be changed: it is told each time. */
  readonly refused: number;

  open(
    design: Design,
    file?: DocumentFile,
    weights?: LazyWeights,
    foreign?: boolean,
    weightsFile?: WeightsFile,
  ): void;
  /**
   * Works out what follows from a design that is about to be opened, a part at a time: yields how much is done. What was
   * worked out elsewhere is taken over.
   */
  prepare(design: Design, elsewhere: KnownElsewhere): Generator<number, Analysis>;
  close(): void;
  /** Changes what is shown: the design, or the block that is open; of a block that comes with the program nothing can be. */
  edit(label: string, edit: Edit, mark?: string, moves?: Moves): void;
  /** Changes what stands around the block that is looked at, where it comes with the program; else what is shown. */
  editAround(label: string, edit: Edit, mark?: string, moves?: Moves): void;
  /** Changes the document, whatever is shown of it. */
  editDocument(label: string, edit: Edit, mark?: string): void;
  /**
   * Looks at the inside of a block: the last of the nodes that are opened one after another; the design where there are
   * none. Where it is open in place the canvas stays as it is, unless it is to have its own.
   */
  show(trail: readonly NodeId[], where?: 'own canvas'): void;
  /** Shows the inside of a block where it stands. */
  openInPlace(trail: readonly NodeId[]): void;
  /** The same back, with all that is open inside. */
  closeInPlace(trail: readonly NodeId[]): void;
  /** Lays out the inside of a block that comes with the program. */
  place(inside: Design, layout: Design['layout']): void;
  /** A configuration was found, changed or went away. */
  useConfig(config: ConfigInUse | undefined): void;
  /** The machine was measured: from now on rules tell what breaking them takes there. */
  useTimer(timer: DesignTimer | undefined): void;
  endGesture(): void;
  undo(): void;
  redo(): void;
  /** From now on, so much is not told. */
  draw(veil: Veil): void;
  /** `design` is what stands in the file, or in the program that it is of: it may be older than what is shown by now. */
  markSaved(file: DocumentFile | undefined, design: Design): void;
  /** Takes up work that was kept, in one step: what can be undone and what was selected is as it was. */
  resume(work: {
    readonly history: History;
    readonly trail: readonly NodeId[];
    readonly selection: readonly NodeId[];
    readonly file: DocumentFile | undefined;
    readonly weightsFile: WeightsFile | undefined;
  }): void;
  /** The document gets weights out of another file than its own. */
  giveWeights(weights: LazyWeights, from: string | undefined, file: WeightsFile | undefined): void;
}

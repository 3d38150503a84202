import { createAnalyzer } from '../../shared/analysis/analyze.ts';
import type { Analysis, NodeFacts } from '../../shared/analysis/facts.ts';
import type { DesignTimer } from '../../shared/analysis/timer.ts';
import { type BudgetReport, checkBudget } from '../../shared/budget/budget.ts';
import type { Design, NodeId } from '../../shared/graph/design.ts';
import { lengthOf } from '../../shared/graph/own-rules.ts';
import { createLinter, type LintReport } from '../../shared/lint/run.ts';
import { type ConfigInUse, underConfig } from './config.ts';
import type { SealedPlaces } from './sealed.ts';
import { type View, viewOf } from './view.ts';

/** What is known of a design. */
interface Known {
  readonly analysis: Analysis;
  readonly report: LintReport;
}

/**
 * What is derived from the document; never stored, always of the current design. Analysis and report are of what is shown:
 * the whole design, or the inside of a block.
 */
export interface Derived extends Known, View {
  readonly whole: Known;
  readonly budget: BudgetReport;
}

export interface Deriver {
  derive(
    document: Design,
    trail: readonly NodeId[],
    places: SealedPlaces,
    config: ConfigInUse | undefined,
  ): Derived;
  /**
   * Looks for the findings that were left for later, of what was derived last, for as long as it is asked on; undefined where
   * none were. What is derived meanwhile makes it worthless.
   */
  settling(): Generator<void, Pick<Derived, 'whole' | 'report'> | undefined>;
  /** Whether findings of what was derived last were left for later. */
  owes(): boolean;
  /**
   * Works out what follows from a document that is about to be opened, a part at a time: yields how much is done, and gives the
   * analysis that will be that document's. What was worked out elsewhere is taken over.
   */
  prepare(document: Design, elsewhere: KnownElsewhere): Generator<number, Analysis>;
  /** The machine was measured: rules tell times from the next time on that something is derived. */
  useTimer(timer: DesignTimer | undefined): void;
  /** Another document is open: nothing that is known of this one helps with it, but what was prepared for it. */
  forget(document: Design): void;
}

/** Facts of nodes of a document that were worked out elsewhere. */
export type KnownElsewhere = ReadonlyMap<NodeId, NodeFacts>;

/** Of a design with more nodes than these, findings come a moment after what they are about. */
export const LARGE = 1000;
/** So many letters of rules of one's own take as long at a node as all that come with the program: nobody writes half of it. */
const LONG_RULES = 20_000;

const isLarge = ({ lint: { own } }: Design, { facts }: Analysis): boolean =>
  facts.size * (1 + (own ? lengthOf(own) : 0) / LONG_RULES) > LARGE;

const noFindings: LintReport = { findings: [], problems: [] };

/** Follows the edits of one design with its facts and its findings. */
class Follower {
  readonly #analyzer = createAnalyzer();
  readonly #linter = createLinter();
  #design: Design | undefined;
  #config: ConfigInUse | undefined;
  #timer: DesignTimer | undefined;
  #known: Known | undefined;
  #owes = false;
  #prepared: { readonly design: Design; readonly analysis: Analysis } | undefined;

  follow(design: Design, config: ConfigInUse | undefined, timer: DesignTimer | undefined): Known {
    const same =
      this.#config === config && this.#timer === timer && this.#design && sameButPlaces(this.#design, design);
    if (this.#known && same) return this.#known;
    const analysis =
      this.#prepared?.design === design ? this.#prepared.analysis : this.#analyzer.update(design);
    this.#prepared = undefined;
    const judged = underConfig(design, config);
    this.#owes = isLarge(judged, analysis);
    const report = this.#owes
      ? (this.#known?.report ?? noFindings)
      : this.#linter.update(judged, analysis, timer);
    this.#design = design;
    this.#config = config;
    this.#timer = timer;
    this.#known = { analysis, report };
    return this.#known;
  }

  /** What `follow` will be asked for, a part at a time. */
  *prepare(design: Design, elsewhere: KnownElsewhere): Generator<number, Analysis> {
    const analysis = yield* this.#analyzer.updating(design, (id) => elsewhere.get(id));
    this.#prepared = { design, analysis };
    return analysis;
  }

  get owes(): boolean {
    return this.#owes;
  }

  /** What is known with the findings of the design as it is; the same as before where nothing was left for later. */
  *settling(): Generator<void, Known | undefined> {
    if (this.#owes && this.#known && this.#design) {
      const { analysis } = this.#known;
      const judged = underConfig(this.#design, this.#config);
      const report = yield* this.#linter.updating(judged, analysis, this.#timer);
      this.#known = { analysis, report };
    }
    this.#owes = false;
    return this.#known;
  }
}

/** Whether two designs differ at most in where things stand and in notes, of which nothing follows. */
function sameButPlaces(a: Design, b: Design): boolean {
  const { layout: _, canvas: __, ...rest } = a;
  return (Object.keys(rest) as (keyof typeof rest)[]).every((key) => rest[key] === b[key]);
}

/** Works out what follows from a document, keeping between edits what they do not touch. */
export function createDeriver(): Deriver {
  let outer = new Follower();
  /** Of the block that is shown; another block has another one. */
  let inner: { readonly trail: string; readonly follower: Follower } | undefined;
  let seen: Known | undefined;
  let timer: DesignTimer | undefined;
  let prepared: { readonly document: Design; readonly follower: Follower } | undefined;
  return {
    derive(document, trail, places, config) {
      const whole = outer.follow(document, config, timer);
      const budget = checkBudget(underConfig(document, config), whole.analysis);
      const view = viewOf(document, whole.analysis, trail, places);
      const path = view.trail.join('/');
      if (path === '') inner = undefined;
      else if (inner?.trail !== path) inner = { trail: path, follower: new Follower() };
      seen = inner ? inner.follower.follow(view.shown, config, timer) : whole;
      return { ...seen, ...view, whole, budget };
    },
    owes: () => outer.owes || inner?.follower.owes === true,
    *settling() {
      const whole = yield* outer.settling();
      const shown = inner ? yield* inner.follower.settling() : whole;
      if (!whole || !shown || shown.report === seen?.report) return undefined;
      seen = shown;
      return { whole, report: shown.report };
    },
    *prepare(document, elsewhere) {
      const follower = new Follower();
      const analysis = yield* follower.prepare(document, elsewhere);
      prepared = { document, follower };
      return analysis;
    },
    useTimer(measured) {
      timer = measured;
    },
    forget(document) {
      outer = prepared?.document === document ? prepared.follower : new Follower();
      prepared = undefined;
      inner = undefined;
    },
  };
}

import type { Baseline, Budget } from '../shared/graph/design.ts';
import { baselineOf } from '../shared/graph/edits.ts';
import { configuredBudget, type LoadedConfig } from './config.ts';
import { openDesign } from './open-design.ts';
import type { BatchOptions } from './shapes.ts';

/** The budgets of configurations under those of designs; a baseline that several designs are held against is opened once. */
export class Budgets {
  readonly #options: BatchOptions;
  readonly #baselines = new Map<string, Promise<Baseline>>();

  constructor(options: BatchOptions = {}) {
    this.#options = options;
  }

  /** What becomes of a design's own budget. */
  async over(config: LoadedConfig | undefined, file: string): Promise<(own: Budget) => Budget> {
    const { limits, baseline } = configuredBudget(config, file);
    const configured = baseline === undefined ? undefined : await this.#open(baseline);
    return (own) => {
      const pinned = own.baseline ?? configured;
      return { limits: { ...limits, ...own.limits }, ...(pinned ? { baseline: pinned } : {}) };
    };
  }

  #open(name: string): Promise<Baseline> {
    const known = this.#baselines.get(name) ?? openDesign(name, this.#options).then(baselineOf);
    this.#baselines.set(name, known);
    return known;
  }
}

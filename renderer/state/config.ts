import type { Target } from '../../shared/analysis/targets.ts';
import { type ConfigLayer, limitsOf, lintUnder, sourcesOf } from '../../shared/formats/config/layers.ts';
import type { Baseline, Budget, Design, LintSettings } from '../../shared/graph/design.ts';

/** The configuration that was found beside the document: it holds under what the design says itself. */
export interface ConfigInUse {
  /** The file that was found; it may build on others. */
  readonly file: string;
  /** What of it is for this document. */
  readonly layers: readonly ConfigLayer[];
  /** The design that shares are of, where it names one that could be read. */
  readonly baseline: Baseline | undefined;
  /** Where networks are to be deployed, by the names that it gives. */
  readonly targets: readonly Target[];
  /** Why it does not hold, or not all of it; a line each. */
  readonly troubles: readonly string[];
}

/** Makes a function that works out once what a configuration makes of something. */
function once<K extends object, V>(
  make: (config: ConfigInUse, key: K) => V,
): (config: ConfigInUse, key: K) => V {
  const known = new WeakMap<ConfigInUse, WeakMap<K, V>>();
  return (config, key) => {
    const of = known.get(config) ?? new WeakMap<K, V>();
    known.set(config, of);
    const before = of.get(key);
    if (before !== undefined) return before;
    const made = make(config, key);
    of.set(key, made);
    return made;
  };
}

const lintOfDesign = once(({ layers }, own: LintSettings) => lintUnder(layers, own));
const budgetOfDesign = once((config, own: Budget): Budget => {
  const baseline = own.baseline ?? config.baseline;
  return {
    limits: { ...limitsOf(config.layers), ...own.limits },
    ...(baseline ? { baseline } : {}),
  };
});
const judged = once(
  (config, design: Design): Design => ({
    ...design,
    lint: lintOfDesign(config, design.lint),
    budget: budgetOfDesign(config, design.budget),
  }),
);
/** Which file says what a design does not say itself. */
export const sourcesUnder = once(({ layers }, design: Design) => sourcesOf(layers, design));

/** The design with what the configuration says where it says nothing: to be judged, never to be saved. */
export function underConfig(design: Design, config: ConfigInUse | undefined): Design {
  if (config === undefined || (config.layers.length === 0 && !config.baseline)) return design;
  return judged(config, design);
}

/** `netwright.config.json` of `/a/b/netwright.config.json`. */
export const fileName = (file: string): string =>
  file.slice(1 + Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')));

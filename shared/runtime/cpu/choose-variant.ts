import { agree } from './agreement.ts';
import { type CpuHost, type KernelModule, type Variant, variants } from './host.ts';
import { openTrial, type Trial } from './trial.ts';

/** How a build of the kernels did in the trial. */
export interface VariantTrial {
  readonly variant: Variant;
  /** Of the trial product, at best; undefined where builds were not raced, or this engine cannot compile this one. */
  readonly milliseconds: number | undefined;
  /** Whether its results agree with the plain build's. */
  readonly agrees: boolean;
}

export interface VariantChoice {
  readonly module: KernelModule;
  readonly trials: readonly VariantTrial[];
}

/** A round of runs is one of news while a build beats its best by this share: its optimised code is still on the way. */
const NEWS = 0.1;
/** The trial ends after so many rounds without news once every build is optimised, or after so many milliseconds in all. */
const QUIET_ROUNDS = 8;
const MOST_MILLISECONDS = 400;
/** Engines run a first, plain translation while they make the optimised one, which is at least so many times as fast. */
const OPTIMISED = 1.25;
/** Products that a build runs in its turn: a fifth of a millisecond. */
const REPEATS = 50;
/** So few that no engine has optimised what they run before they are over. */
const FEW_REPEATS = 4;
/**
 * The build without fused multiply-adds needs twice the instructions for them, which tells where a core is shared: it must
 * be faster by this share.
 */
const FEWER_INSTRUCTIONS = 0.1;

const choices = new WeakMap<CpuHost, Map<string, Promise<VariantChoice>>>();

/** The fastest build that computes what the plain one does; tried once per host. `only` narrows the candidates. */
export function chooseVariant(host: CpuHost, only?: Variant): Promise<VariantChoice> {
  const known = choices.get(host) ?? new Map<string, Promise<VariantChoice>>();
  choices.set(host, known);
  const key = only ?? 'any';
  const choice = known.get(key) ?? tryVariants(host, only);
  known.set(key, choice);
  choice.catch(() => known.delete(key));
  return choice;
}

async function tryVariants(host: CpuHost, only: Variant | undefined): Promise<VariantChoice> {
  const names = variants.filter((variant) => (variant === 'single') !== host.sharesMemory);
  const base = names[0]!;
  const wanted = only === undefined ? names : [...new Set([base, only])];
  const modules = await Promise.all(wanted.map((variant) => host.compile(variant)));
  const candidates = await Promise.all(
    modules.flatMap((module) => (module ? [openTrial(host, module)] : [])),
  );
  const optimised = only === undefined && candidates.length > 1 ? race(candidates) : new Set<Variant>();
  const expected = candidates.find(({ module }) => module.variant === base)?.result();
  const trials = wanted.map((variant) => {
    const trial = candidates.find(({ module }) => module.variant === variant);
    const agrees = trial && expected ? agree(trial.result(), expected) : false;
    return { variant, milliseconds: trial?.milliseconds, agrees, module: trial?.module };
  });
  // While the plain build is not optimised nothing is known of any: without better, it is the small fused one.
  const cost = ({ variant, milliseconds }: VariantTrial): number =>
    optimised.has(base) ? milliseconds! * handicap(variant) : 0;
  const handicap = (variant: Variant): number => (variant === base ? 1 + FEWER_INSTRUCTIONS : 1);
  const [best] = trials
    .filter(({ variant, agrees }) => agrees && (only === undefined || variant === only))
    .sort((a, b) => cost(a) - cost(b) || handicap(a.variant) - handicap(b.variant));
  if (!best?.module)
    throw new Error(`This engine cannot run the ${only ?? 'CPU'} kernels: it lacks WebAssembly SIMD.`);
  return { module: best.module, trials };
}

/**
 * Runs the candidates in turns, so that each is optimised while others run, until none gets faster any more. Returns those
 * that were seen to be optimised; on a machine that is busy with other things this may be none.
 */
function race(candidates: readonly Trial[]): ReadonlySet<Variant> {
  const end = performance.now() + MOST_MILLISECONDS;
  const plain = new Map<Trial, number>();
  const isOptimised = (trial: Trial): boolean => trial.milliseconds! * OPTIMISED <= plain.get(trial)!;
  for (const trial of candidates) {
    // The first run may wait for the plain translation; a few more, at once, come before any other.
    trial.run(1);
    plain.set(trial, trial.run(FEW_REPEATS));
  }
  for (let quiet = 0; performance.now() < end; quiet++) {
    for (const trial of candidates) {
      const before = trial.milliseconds!;
      trial.run(REPEATS);
      if (trial.milliseconds! <= before * (1 - NEWS)) quiet = -1;
    }
    if (quiet >= QUIET_ROUNDS && candidates.every(isOptimised)) break;
  }
  return new Set(candidates.filter(isOptimised).map(({ module }) => module.variant));
}

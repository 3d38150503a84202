import type { Json } from '../../schema/codec.ts';
import type { LawCosts, TimeModel } from './model.ts';
import { type Law, lawNames, laws } from './work.ts';

/** What a measurement is true for: another processor, other threads or another engine is another machine. */
export interface MeasuredMachine {
  /** As the system calls it. */
  readonly processor: string;
  readonly threads: number;
  /** The build of the kernels that is the fastest there. */
  readonly kernels: string;
  /** Of the program: kernels change with it. */
  readonly version: string;
}

/** The most that a machine was seen to do: the two lines of a roofline. */
export interface Ceilings {
  /** Multiply-adds and additions of a product in the caches, 2 per multiply-add, in 10⁹ a second. */
  readonly gigaflops: number;
  /** Maps that no cache holds read and written, in 10⁹ bytes a second. */
  readonly gigabytesPerSecond: number;
}

/** What was measured at one machine. */
export interface Calibration {
  readonly machine: MeasuredMachine;
  /** When, as ISO 8601. */
  readonly date: string;
  readonly seconds: number;
  readonly model: TimeModel;
  readonly ceilings: Ceilings;
}

/** Laws that most of a network's time follows, and how far their steps may differ before they tell nothing: by a factor e. */
const telling: readonly Law[] = ['product', 'gather', 'winograd'];
const MOST_SPREAD = 1;
/** How far off whole networks may be that were not seen, as |ln|: by half and twice; on a machine at rest it is a third of that. */
const MOST_DOUBT = Math.LN2;

/** Whether steps that are alike took so different times that others must have had the machine meanwhile. */
export function wasHeldUp({ model }: Pick<Calibration, 'model'>): boolean {
  return (model.doubt ?? 0) > MOST_DOUBT || telling.some((law) => (model[law]?.spread ?? 0) > MOST_SPREAD);
}

/** Of the form that is written; what is of another is measured anew. */
const FORM = 3;

/** A name for the machine that can be a file's. */
export function machineKey({ processor, threads, kernels, version }: MeasuredMachine): string {
  const plain = `${processor} ${threads} ${kernels} ${version}`.replaceAll(/[^A-Za-z0-9.]+/g, '-');
  return plain.replaceAll(/^-+|-+$/g, '').slice(0, 120);
}

export function writeCalibration({ model, ...rest }: Calibration): { readonly [key: string]: Json } {
  return {
    form: FORM,
    machine: { ...rest.machine },
    date: rest.date,
    seconds: rest.seconds,
    ceilings: { ...rest.ceilings },
    doubt: model.doubt ?? 0,
    laws: Object.fromEntries(
      lawNames.flatMap((law) => {
        const costs = model[law];
        return costs
          ? [[law, { spread: costs.spread, steps: costs.steps, costs: [...costs.coefficients] }]]
          : [];
      }),
    ),
  };
}

/** Undefined where it is damaged, of another machine or of another form: a note of the program to itself, to be made anew. */
export function readCalibration(json: unknown, machine: MeasuredMachine): Calibration | undefined {
  if (!isRecord(json) || json.form !== FORM || !isRecord(json.machine) || !isRecord(json.laws))
    return undefined;
  const found = json.machine;
  const isSame = Object.entries(machine).every(([name, value]) => found[name] === value);
  const ceilings = isRecord(json.ceilings) ? json.ceilings : {};
  const { gigaflops, gigabytesPerSecond } = ceilings;
  if (
    !isAmount(json.doubt) ||
    !isSame ||
    !isAmount(gigaflops) ||
    !isAmount(gigabytesPerSecond) ||
    !isAmount(json.seconds)
  )
    return undefined;
  if (typeof json.date !== 'string' || json.date.length > 40) return undefined;
  const model: { -readonly [law in Law]?: LawCosts } = {};
  for (const law of lawNames) {
    const written = json.laws[law];
    if (written === undefined) continue;
    const costs = costsOf(law, written);
    if (!costs) return undefined;
    model[law] = costs;
  }
  return {
    machine,
    date: json.date,
    seconds: json.seconds,
    model: { ...model, doubt: json.doubt },
    ceilings: { gigaflops, gigabytesPerSecond },
  };
}

function costsOf(law: Law, json: unknown): LawCosts | undefined {
  if (!isRecord(json) || !isAmount(json.spread) || !isAmount(json.steps) || !Array.isArray(json.costs))
    return undefined;
  const coefficients: readonly unknown[] = json.costs;
  if (coefficients.length !== laws[law].length + 1 || !coefficients.every(isAmount)) return undefined;
  return { coefficients, spread: json.spread, steps: json.steps };
}

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
const isAmount = (json: unknown): json is number => typeof json === 'number' && json >= 0 && json < Infinity;

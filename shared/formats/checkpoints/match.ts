import { type FlatNetwork, weightHolders } from '../../analysis/flatten.ts';
import { type Dims, formatDims, sameDims } from '../../base/dims.ts';
import type { Problem } from '../../base/problem.ts';
import { messages } from '../../base/problem.ts';
import { Tensor } from '../../base/tensor.ts';
import type { Design } from '../../graph/design.ts';
import { fillSaid } from '../../layers/constant.ts';
import type { WeightSpec } from '../../layers/define.ts';
import type { WeightFile } from '../weights/file.ts';
import type { LazyWeight, LazyWeights } from '../weights/store.ts';
import { reshaped } from '../weights/turn.ts';
import { namingsOf } from './names.ts';
import { type Naming, placeKey, type WeightPlace } from './naming.ts';

export const say = messages('formats/checkpoints/match', {
  'weight-of-another-shape': [
    '"{{name}}" is {{found}}, but the weight "{{weight}}" of {{node}} is {{wanted}}.',
    'Load weights that were made for this design, or change the layer.',
  ],
  'weight-missing:others': [
    'The weight "{{weight}}" of {{node}} is missing: there is no "{{name}}".',
    'Load weights that were made for this design. The file has {{others}}, which this design does not.',
  ],
  'weight-missing': [
    'The weight "{{weight}}" of {{node}} is missing: there is no "{{name}}".',
    'Load weights that were made for this design.',
  ],
});

/** A weight that stands in the file with another shape. */
export interface Misfit extends WeightPlace {
  readonly name: string;
  readonly wanted: Dims;
  readonly found: Dims;
}

/** What became of a file's tensors and of a network's weights. */
export interface WeightReport {
  /** Under which names the tensors were found, or `order` where their place told. */
  readonly naming: Naming['id'] | 'order';
  /** Tensors that are now weights. */
  readonly loaded: number;
  /** Weights that the network has. */
  readonly wanted: number;
  /** Weights that the file lacks, with the name that was looked for. */
  readonly missing: readonly (WeightPlace & { readonly name: string })[];
  /** Tensors that the network has no use for. */
  readonly unexpected: readonly string[];
  readonly misfits: readonly Misfit[];
}

export interface MatchedWeights {
  readonly weights: LazyWeights;
  readonly report: WeightReport;
}

/** What wrappers put before every name. */
const wrappers = ['module.', 'model.', 'state_dict.', 'net.', 'network.', 'backbone.'];
/** PyTorch's count of batches seen, which no output depends on. */
const isIdle = (name: string): boolean => name.endsWith('num_batches_tracked');

interface Wanted extends WeightPlace {
  readonly dims: Dims;
  /** What the network makes itself, where no file has it. */
  readonly own: LazyWeight | undefined;
}

/**
 * Finds the weights of a design in a file: by its own names, by those of its PyTorch code, by torchvision's or Keras', or by order
 * where the file keeps it. A tensor counts only if its shape is the weight's.
 */
export function matchWeights(design: Design, network: FlatNetwork, file: WeightFile): MatchedWeights {
  const tensors = plainNames(file.tensors);
  const wanted = weightHolders(network).flatMap(({ id, step: { weights, made } }) =>
    weights.map((spec): Wanted => {
      const { name, dims } = spec;
      return { node: id, weight: name, dims, own: made?.includes(name) ? madeWeight(spec) : undefined };
    }),
  );
  const [best] = namingsOf(design, network, file)
    .map((naming) => matchBy(wanted, tensors, naming))
    .sort((a, b) => b.report.loaded - a.report.loaded);
  if (best!.report.loaded > 0 || !file.ordered) return best!;
  return matchInOrder(wanted, tensors) ?? best!;
}

function plainNames(tensors: ReadonlyMap<string, LazyWeight>): ReadonlyMap<string, LazyWeight> {
  let entries = [...tensors].filter(([name]) => !isIdle(name));
  for (;;) {
    const wrapper = wrappers.find((prefix) => entries.every(([name]) => name.startsWith(prefix)));
    if (wrapper === undefined || entries.length === 0) break;
    entries = entries.map(([name, tensor]) => [name.slice(wrapper.length), tensor]);
  }
  return new Map(entries.map(([name, tensor]) => [name.replaceAll('/', '.'), tensor]));
}

function matchBy(
  wanted: readonly Wanted[],
  tensors: ReadonlyMap<string, LazyWeight>,
  naming: Naming,
): MatchedWeights {
  const found: (readonly [WeightPlace, LazyWeight])[] = [];
  const own: (readonly [WeightPlace, LazyWeight])[] = [];
  const missing: (WeightPlace & { readonly name: string })[] = [];
  const misfits: Misfit[] = [];
  const used = new Set<string>();
  for (const { node, weight, dims, own: itself } of wanted) {
    const names = naming.namesOf({ node, weight });
    const name = names.find((each) => tensors.has(each)) ?? names[0] ?? `${node}.${weight}`;
    const stored = tensors.get(name);
    const tensor = stored && (naming.turned?.({ node, weight }, stored) ?? stored);
    if (!tensor) {
      if (itself) own.push([{ node, weight }, itself]);
      else missing.push({ node, weight, name });
      continue;
    }
    used.add(name);
    if (isSameMatrix(tensor.dims, dims)) found.push([{ node, weight }, reshaped(tensor, dims)]);
    else misfits.push({ node, weight, name, wanted: dims, found: tensor.dims });
  }
  const unexpected = [...tensors.keys()].filter((name) => !used.has(name));
  return {
    weights: byNode([...found, ...own]),
    report: {
      naming: naming.id,
      loaded: found.length,
      wanted: wanted.length - own.length,
      missing,
      unexpected,
      misfits,
    },
  };
}

/**
 * A 1×1 convolution may have the weights of a fully connected layer, and the other way round; a number per channel may
 * stand beside axes of one.
 */
function isSameMatrix(a: Dims, b: Dims): boolean {
  if (sameDims(a, b)) return true;
  const [matrix, filters] = a.length < b.length ? [a, b] : [b, a];
  if (matrix.length === 1) return filters.filter((extent) => extent !== 1).join() === matrix.join();
  // A fully connected layer reads a map that was flattened, channel by channel, as a filter of its size does.
  const [out, ...inputs] = filters;
  const isFlat = matrix.length === 2 && filters.length === 4 && matrix[0] === out;
  return isFlat && matrix[1] === inputs.reduce((product, extent) => product * extent, 1);
}

function madeWeight({ dims, init }: WeightSpec): LazyWeight | undefined {
  if (init.kind === 'kaiming') return undefined;
  const load = async () => {
    const tensor = Tensor.zeros(dims);
    fillSaid(tensor.data, init);
    return tensor;
  };
  return { dims, load };
}

/** Only where all of it fits: as many tensors as weights, each of the same role and shape. */
function matchInOrder(
  wanted: readonly Wanted[],
  tensors: ReadonlyMap<string, LazyWeight>,
): MatchedWeights | undefined {
  const entries = [...tensors];
  const role = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const fits =
    entries.length === wanted.length &&
    wanted.every(({ weight, dims }, i) => {
      const [name, tensor] = entries[i]!;
      return role(name) === weight && sameDims(tensor.dims, dims);
    });
  if (!fits) return undefined;
  const report = {
    naming: 'order',
    loaded: wanted.length,
    wanted: wanted.length,
    missing: [],
    unexpected: [],
    misfits: [],
  } as const;
  return { weights: byNode(wanted.map((place, i) => [place, entries[i]![1]])), report };
}

function byNode(found: readonly (readonly [WeightPlace, LazyWeight])[]): LazyWeights {
  const weights = new Map<string, Map<string, LazyWeight>>();
  for (const [{ node, weight }, tensor] of found) {
    const own = weights.get(node) ?? new Map<string, LazyWeight>();
    weights.set(node, own.set(weight, tensor));
  }
  return Object.fromEntries([...weights].map(([node, own]) => [node, Object.fromEntries(own)]));
}

/** What keeps a file from being all of a network's weights; nothing where it is. */
export function misfitProblems({ missing, misfits, unexpected }: WeightReport): readonly Problem[] {
  const others = unexpected.slice(0, 3).map((name) => `"${name}"`);
  return [
    ...misfits.map(({ node, weight, name, wanted, found }) =>
      say.at({ node }, 'weight-of-another-shape', {
        name,
        found: formatDims(found),
        weight,
        node,
        wanted: formatDims(wanted),
      }),
    ),
    ...missing.map(({ node, weight, name }) =>
      others.length > 0
        ? say.at({ node }, 'weight-missing:others', { weight, node, name, others: others.join(', ') })
        : say.at({ node }, 'weight-missing', { weight, node, name }),
    ),
  ];
}

/** The names under which weights are saved: those of the design's PyTorch code, so that it can load them. */
export function savedNames(design: Design, network: FlatNetwork): (place: WeightPlace) => string {
  const namings = namingsOf(design, network);
  const own = namings.find(({ id }) => id === 'names')!;
  const exported = namings.find(({ id }) => id === 'pytorch');
  return (place) => exported?.namesOf(place)[0] ?? own.namesOf(place)[0] ?? placeKey(place);
}

import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { ParamValue, ParamValues } from '../../shared/schema/params.ts';
import { type ZooEntry, zoo } from '../../shared/zoo/index.ts';

/** The zoo's networks made narrow and small, so that the reference runs them at once. */
export function small(design: Design): Design {
  const sizes = [64, 96, 128, 227].map((extent) => shrunk(design, extent));
  return sizes.find((candidate) => flatten(analyze(candidate)).ok) ?? design;
}

/** Parameters that are numbers of channels, of layers and blocks alike. */
const widths = new Set([
  ...['channels', 'features', 'groups', 'c1', 'r3', 'c3', 'r5', 'c5', 'pool', 'channels7'],
  ...['growth', 'narrow', 'squeeze', 'expand1', 'expand3', 'expanded', 'squeezed', 'inputChannels'],
]);

/** What says nothing where another parameter is off. */
function isIdle({ squeezeExcite, expand, downsample }: ParamValues, name: string): boolean {
  return (
    (name === 'squeezed' && squeezeExcite === 'none') ||
    (name === 'inputChannels' && downsample === false) ||
    (name === 'expanded' && expand === false)
  );
}

/** Every width a sixteenth, and even, so that halves and groups still come out. */
function shrunk(design: Design, most: number): Design {
  const param = (kind: string, name: string, value: ParamValue): ParamValue => {
    if (kind === 'input' && name === 'shape' && typeof value === 'object')
      return value.map((extent, axis) => (axis === 0 ? extent : Math.min(extent, most)));
    const isWidth = kind !== 'input' && widths.has(name) && typeof value === 'number' && value > 2;
    return isWidth ? 2 * Math.ceil(value / 32) : value;
  };
  const narrowed = (nodes: Design['nodes']): Design['nodes'] =>
    Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => {
        const params = Object.entries(node.params).map(([name, value]) => [
          name,
          isIdle(node.params, name) ? value : param(node.kind, name, value),
        ]);
        return [id, { ...node, params: Object.fromEntries(params) }];
      }),
    );
  const blocks = Object.entries(design.blocks).map(([name, block]) => [
    name,
    { ...block, nodes: narrowed(block.nodes) },
  ]);
  return { ...design, nodes: narrowed(design.nodes), blocks: Object.fromEntries(blocks) };
}

/** Few enough multiply-adds for plain loops. */
const isNarrow = (design: Design): boolean => analyze(design).totals.macs < 5e7;

/** Each family's network with the fewest multiply-adds: where running all of them would only take longer. */
export const lightest: readonly ZooEntry[] = (() => {
  const best = new Map<string, { readonly entry: ZooEntry; readonly macs: number }>();
  for (const entry of zoo) {
    const { macs } = analyze(entry.build()).totals;
    if (macs < (best.get(entry.family)?.macs ?? Number.POSITIVE_INFINITY))
      best.set(entry.family, { entry, macs });
  }
  // What cannot be made small (its crops are cut for one size) takes too long to run.
  return [...best.values()].map(({ entry }) => entry).filter((entry) => isNarrow(small(entry.build())));
})();

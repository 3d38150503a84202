import { defaultsOf, type ParamValues } from '../schema/params.ts';
import type { AnyBlock, Fragment, InnerNode } from './define.ts';
import { definitionOf, isNodeKind, type NodeKind } from './index.ts';

/** A node inside a block with every parameter filled in. */
export interface CompleteNode
  extends Pick<InnerNode, 'bypass' | 'suppress' | 'weights' | 'parameters' | 'state'> {
  readonly kind: NodeKind;
  readonly params: ParamValues;
}

/** Expansion depends on the kind and the parameters alone, which are never changed in place. */
const expansions = new WeakMap<object, { readonly block: AnyBlock; readonly fragment: Fragment }>();

/** What a block that comes with the program is made of; where it repeats, copies of itself. */
export function expandOnce(block: AnyBlock, params: ParamValues): Fragment {
  const known = expansions.get(params);
  if (known?.block === block) return known.fragment;
  const fragment = repeatOf(params) > 1 ? inSeries(block.kind, params) : block.expand(params);
  expansions.set(params, { block, fragment });
  return fragment;
}

/** How many copies of itself a node stands for. */
export function repeatOf({ repeat }: ParamValues): number {
  return typeof repeat === 'number' ? repeat : 1;
}

/**
 * What the copies of a node that repeats are called where each stands for itself. A number at the end counts on, as the
 * names of modules do: `layer1.2` three times is `layer1.2`, `layer1.3`, `layer1.4`; `stage` is `stage.0`, `stage.1`, ….
 */
export function copyIds(
  kind: string,
  id: string,
  count: number,
  isTaken: (id: string) => boolean,
): readonly string[] {
  const numbered = kind === 'userBlock' ? /^(.*\.|_)(\d{1,9})$/.exec(id) : null;
  if (numbered) {
    const ids = Array.from({ length: count }, (_, i) => `${numbered[1]}${Number(numbered[2]) + i}`);
    if (!ids.some((each, i) => i > 0 && isTaken(each))) return ids;
  }
  let stem = `${id}.`;
  while (Array.from({ length: count }, (_, i) => `${stem}${i}`).some(isTaken)) stem += '_';
  return Array.from({ length: count }, (_, i) => `${stem}${i}`);
}

/** Copies of a block, `0`, `1`, …, each fed by the one before; at other ports all by the same. */
export function inSeries(
  kind: string,
  params: ParamValues,
  otherPorts: readonly string[] = [],
  outputs: readonly string[] = ['out'],
): Fragment {
  const one: ParamValues = { ...params, repeat: 1 };
  const others = otherPorts.map((port) => `@${port}`);
  const nodes = Array.from({ length: repeatOf(params) }, (_, i) => ({
    id: String(i),
    kind,
    params: one,
    from: [i === 0 ? '@in' : String(i - 1), ...others],
  }));
  const last = String(nodes.length - 1);
  // Most blocks have one output, which a name alone means.
  const ends = outputs.map((port) => [port, port === 'out' ? last : `${last}:${port}`]);
  return { nodes, outputs: Object.fromEntries(ends) };
}

const innerNodes = new WeakMap<Fragment, ReadonlyMap<string, CompleteNode>>();

/** A block's inner node with every parameter filled in; the same object each time, so that facts can be reused. */
export function innerNode(fragment: Fragment, innerId: string): CompleteNode {
  let nodes = innerNodes.get(fragment);
  if (!nodes) {
    nodes = new Map(
      fragment.nodes.map(({ id, kind, params, bypass, suppress, weights, parameters, state }) => {
        if (!isNodeKind(kind)) throw new TypeError(`A block expands to an unknown kind "${kind}".`);
        const complete = { ...defaultsOf(definitionOf(kind).params), ...params };
        const decided = {
          ...(weights === undefined ? {} : { weights }),
          ...(parameters === undefined ? {} : { parameters }),
          ...(state === undefined ? {} : { state }),
          ...(bypass === true ? { bypass } : {}),
          ...(suppress ? { suppress } : {}),
        };
        return [id, { kind, params: complete, ...decided }];
      }),
    );
    innerNodes.set(fragment, nodes);
  }
  return nodes.get(innerId)!;
}

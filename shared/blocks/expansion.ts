import { defaultsOf, type ParamValues } from '../schema/params.ts';
import type { AnyBlock, Fragment } from './define.ts';
import { definitionOf, isNodeKind, type NodeKind } from './index.ts';

/** A node inside a block with every parameter filled in. */
export interface CompleteNode {
  readonly kind: NodeKind;
  readonly params: ParamValues;
}

/** Expansion depends on the kind and the parameters alone, which are never changed in place. */
const expansions = new WeakMap<object, { readonly block: AnyBlock; readonly fragment: Fragment }>();

export function expandOnce(block: AnyBlock, params: ParamValues): Fragment {
  const known = expansions.get(params);
  if (known?.block === block) return known.fragment;
  const fragment = block.expand(params);
  expansions.set(params, { block, fragment });
  return fragment;
}

const innerNodes = new WeakMap<Fragment, ReadonlyMap<string, CompleteNode>>();

/** A block's inner node with every parameter filled in; the same object each time, so that facts can be reused. */
export function innerNode(fragment: Fragment, innerId: string): CompleteNode {
  let nodes = innerNodes.get(fragment);
  if (!nodes) {
    nodes = new Map(
      fragment.nodes.map(({ id, kind, params }) => {
        if (!isNodeKind(kind)) throw new TypeError(`A block expands to an unknown kind "${kind}".`);
        return [id, { kind, params: { ...defaultsOf(definitionOf(kind).params), ...params } }];
      }),
    );
    innerNodes.set(fragment, nodes);
  }
  return nodes.get(innerId)!;
}

import type { Fragment } from '../blocks/define.ts';
import { innerNode } from '../blocks/expansion.ts';
import type { BlockKind } from '../blocks/index.ts';
import { allPatterns, type FoundParams, type Pattern, sameEffect, solvePattern } from '../blocks/pattern.ts';
import type { ParamValues } from '../schema/params.ts';
import { mayHold } from './block-edits.ts';
import type { BlockDefinitions, DesignNode } from './design.ts';
import { newNode } from './edits.ts';
import { fragmentOf } from './inside.ts';

/** What nodes can be found as: a block, how it looks inside, and what its parameters must then be. */
export interface Structure {
  readonly kind: BlockKind | 'userBlock';
  readonly fragment: Fragment;
  /** Of a block that comes with the program: what sets this structure of it apart from its others. */
  readonly choices: ParamValues;
  /** Whether a node may stand where an inner one does; kinds and wires are compared elsewhere. */
  accepts(inner: string, node: DesignNode): boolean;
  /** The block's parameters for which it is what was found; undefined where there are none. */
  solve(found: FoundParams): ParamValues | undefined;
}

/** A block of fewer nodes stands for nothing that is easier to see as a block. */
const FEWEST_NODES = 2;

/**
 * The structures of the user's own blocks and of those that come with the program, larger ones first, and of equal ones those
 * that the user made. `within` names the block whose inside is searched: it cannot hold itself.
 */
export function structuresFor(blocks: BlockDefinitions, within: string | undefined): readonly Structure[] {
  return [...ownStructures(blocks, within), ...allPatterns().map(ofPattern)].sort(
    (a, b) => b.fragment.nodes.length - a.fragment.nodes.length,
  );
}

const ofPatterns = new WeakMap<Pattern, Structure>();

function ofPattern(pattern: Pattern): Structure {
  const known = ofPatterns.get(pattern) ?? {
    kind: pattern.kind,
    fragment: pattern.fragment,
    choices: pattern.choices,
    accepts: () => true,
    solve: (found: FoundParams) => solvePattern(pattern, found),
  };
  ofPatterns.set(pattern, known);
  return known;
}

/** As the definitions have it: what a block of the user's own looks like is told nowhere else. */
function ownStructures(blocks: BlockDefinitions, within: string | undefined): readonly Structure[] {
  return Object.keys(blocks).flatMap((block): readonly Structure[] => {
    if (within !== undefined && !mayHold(blocks, within, block)) return [];
    const { kind, params } = newNode('userBlock', { block });
    const fragment = fragmentOf({ kind, params }, blocks);
    if (!fragment || fragment.nodes.length < FEWEST_NODES) return [];
    if (fragment.nodes.some(({ from }) => from.includes(''))) return [];
    return [
      {
        kind: 'userBlock',
        fragment,
        choices: {},
        accepts: (inner, node) => isAlike(fragment, inner, node),
        solve: () => params,
      },
    ];
  });
}

function isAlike(fragment: Fragment, inner: string, node: DesignNode): boolean {
  const own = innerNode(fragment, inner);
  return (own.bypass === true) === (node.bypass === true) && sameEffect(own.kind, own.params, node.params);
}

import { definitionOf } from '../../shared/blocks/index.ts';
import type { BlockDefinitions, DesignNode } from '../../shared/graph/design.ts';
import { inputPortNames } from '../../shared/graph/design.ts';
import { blockPorts, inputsOf } from '../../shared/graph/inside.ts';

export const NODE_WIDTH = 176;
export const NODE_HEIGHT = 66;
/** Nodes stand on multiples of this. */
export const GRID = 10;
/** From which zoom on each can be read: all that a node says, its name and cost, its name. */
export const readFrom = { all: 0.72, cost: 0.42, name: 0.17 } as const;

/** Room between handles when a node has many. */
const HANDLE_PITCH = 20;

/** Nodes with many inputs grow so that their handles can be hit. */
export function nodeHeight(inputs: number): number {
  return Math.max(NODE_HEIGHT, 26 + inputs * HANDLE_PITCH);
}

/**
 * The ports that a node shows: variadic ones as far as they are wired, with a free one at the end; of a block of the user's
 * own, one for each Input inside.
 */
export function shownInputs(
  node: DesignNode,
  wired: readonly string[],
  blocks: BlockDefinitions,
): readonly string[] {
  const { inputs } = definitionOf(node.kind);
  if (inputs.every(({ atLeast }) => atLeast === undefined)) return inputs.map(({ name }) => name);
  const names =
    node.kind === 'userBlock'
      ? blockPorts(inputsOf(node, blocks).length)
      : inputPortNames(node.kind, wired.length);
  const known = new Set(names);
  const extra = wired.filter((port) => !known.has(port));
  return [...names, ...extra];
}

/** Offsets of `count` handles along a side, in pixels from its start. */
export function handleOffset(index: number, count: number, length: number): number {
  return (length * (index + 1)) / (count + 1);
}

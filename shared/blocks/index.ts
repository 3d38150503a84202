import type { AnyLayer } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import { bottleneck } from './bottleneck.ts';
import { convBnRelu } from './conv-bn-relu.ts';
import type { AnyBlock } from './define.ts';
import { inception } from './inception.ts';
import { residual } from './residual.ts';

/** Every block, in the order of the palette. */
export const blocks = {
  convBnRelu,
  residual,
  bottleneck,
  inception,
} as const satisfies Readonly<Record<string, AnyBlock>>;

export type BlockKind = keyof typeof blocks;

/** Everything that can be a node. */
export const catalog = { ...layers, ...blocks } as const;
export type NodeKind = keyof typeof catalog;

export function isNodeKind(kind: string): kind is NodeKind {
  return Object.hasOwn(catalog, kind);
}

export function isBlockKind(kind: string): kind is BlockKind {
  return Object.hasOwn(blocks, kind);
}

/** What a layer and a block have in common: title, icon, parameters, ports. */
export function definitionOf(kind: NodeKind): AnyLayer | AnyBlock {
  return catalog[kind];
}

export function blockOf(kind: BlockKind): AnyBlock {
  return blocks[kind];
}

import { inEnglish, type Speech } from '../base/speech.ts';
import type { AnyLayer } from '../layers/define.ts';
import { layers } from '../layers/index.ts';
import type { ParamValues } from '../schema/params.ts';
import { aspp } from './aspp.ts';
import { bottleneck } from './bottleneck.ts';
import { convBnRelu } from './conv-bn-relu.ts';
import { convNext } from './convnext.ts';
import type { AnyBlock, AnyBlockFace } from './define.ts';
import { denseLayer, transition } from './dense-layer.ts';
import { fire } from './fire.ts';
import { inception } from './inception.ts';
import { inceptionA, inceptionC, inceptionE } from './inception-v3.ts';
import { fusedInvertedResidual, invertedResidual } from './inverted-residual.ts';
import { preActBottleneck } from './pre-act-bottleneck.ts';
import { residual } from './residual.ts';
import { separableConv } from './separable-conv.ts';
import { shuffleUnit } from './shuffle-unit.ts';
import { squeezeExcite } from './squeeze-excite.ts';
import { userBlock } from './user-block.ts';

/** Every block that comes with the program, in the order of the palette. */
export const blocks = {
  convBnRelu,
  residual,
  bottleneck,
  preActBottleneck,
  inception,
  fire,
  denseLayer,
  transition,
  separableConv,
  squeezeExcite,
  invertedResidual,
  fusedInvertedResidual,
  shuffleUnit,
  convNext,
  inceptionA,
  inceptionC,
  inceptionE,
  aspp,
} as const satisfies Readonly<Record<string, AnyBlock>>;

export type BlockKind = keyof typeof blocks;

/** Everything that can be a node. */
export const catalog = { ...layers, ...blocks, userBlock } as const;
/** The kinds that a node can be of, as they stand in a spec: `conv2d`, `bottleneck`, `userBlock`. */
export type NodeKind = keyof typeof catalog;

export function isNodeKind(kind: string): kind is NodeKind {
  return Object.hasOwn(catalog, kind);
}

export function isBlockKind(kind: string): kind is BlockKind {
  return Object.hasOwn(blocks, kind);
}

/** Whether a node of this kind stands for other nodes; `insideOf` says for which. */
export function hasInside(kind: string): kind is BlockKind | 'userBlock' {
  return kind === 'userBlock' || isBlockKind(kind);
}

/** What a layer and a block have in common: title, icon, parameters, ports. */
export function definitionOf(kind: NodeKind): AnyLayer | AnyBlockFace {
  return catalog[kind];
}

/** What a node is, as people call it in some language: `Conv2d`; of a block of the user's own, its name. */
export function titleOf(
  { kind, params }: { readonly kind: NodeKind; readonly params: ParamValues },
  say: Speech['t'] = inEnglish.t,
): string {
  return kind === 'userBlock' && params.block !== '' ? String(params.block) : say(catalog[kind].title);
}

export function blockOf(kind: BlockKind): AnyBlock {
  return blocks[kind];
}

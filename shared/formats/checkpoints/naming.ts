import type { LazyWeight } from '../weights/store.ts';

/** A weight of a network: `layer1.0/conv1` and `weight`. */
export interface WeightPlace {
  readonly node: string;
  readonly weight: string;
}

export const placeKey = ({ node, weight }: WeightPlace): string => `${node}/${weight}`;

/** How the tensors of a file may be called: the names that each weight of the network may have, the likeliest first. */
export interface Naming {
  readonly id: 'names' | 'pytorch' | 'torchvision' | 'sequential' | 'keras';
  namesOf(place: WeightPlace): readonly string[];
  /** What stands under such a name as the weight it is for, where its axes are in another order. */
  readonly turned?: (place: WeightPlace, tensor: LazyWeight) => LazyWeight;
}

/** What a name of torchvision is in another collection. Nothing where the rule is of another network. */
export type Rule = readonly [
  pattern: RegExp,
  name: (...found: readonly (string | undefined)[]) => string | undefined,
];

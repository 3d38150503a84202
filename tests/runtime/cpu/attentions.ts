import type { FlatNetwork } from '../../../shared/analysis/flatten.ts';
import { type Draft, networkOf } from '../networks.ts';

/** What attention in one step is tried on: heads, their features, and how tokens lie. */
export interface AttentionCase {
  /** What the queries are, in words. */
  readonly queries: string;
  /** Of the map whose pixels are tokens. */
  readonly map: readonly [number, number];
  readonly heads: number;
  readonly keyHeads: number;
  readonly features: number;
  /** Queries, keys and values are parts of one product. */
  readonly isOne: boolean;
  /** Sides of the windows that tokens see each other in; all of the map where it is left out. */
  readonly window?: number;
  /** Heads are an axis of their own before attention sees them. */
  readonly apart?: true;
  /** Masks that are added: one for each head or for each window, or what flows in for every sample. */
  readonly masks?: readonly ('heads' | 'windows' | 'samples')[];
}

export const attentions: readonly AttentionCase[] = [
  { queries: 'a whole map', map: [5, 7], heads: 2, keyHeads: 2, features: 16, isOne: false },
  { queries: 'many heads', map: [1, 49], heads: 9, keyHeads: 9, features: 8, isOne: true },
  { queries: 'one head', map: [9, 13], heads: 1, keyHeads: 1, features: 24, isOne: true },
  { queries: 'heads that share keys', map: [3, 6], heads: 6, keyHeads: 2, features: 8, isOne: false },
  { queries: 'windows', map: [6, 9], heads: 2, keyHeads: 2, features: 8, isOne: true, window: 3 },
  { queries: 'heads apart', map: [5, 5], heads: 3, keyHeads: 3, features: 16, isOne: true, apart: true },
  {
    queries: 'a bias for each head',
    map: [3, 5],
    heads: 2,
    keyHeads: 2,
    features: 8,
    isOne: true,
    masks: ['heads'],
  },
  {
    queries: 'windows with a bias and a mask',
    map: [8, 12],
    heads: 3,
    keyHeads: 3,
    features: 16,
    isOne: true,
    window: 4,
    masks: ['heads', 'windows'],
  },
  {
    queries: 'heads apart with what flows in',
    map: [1, 11],
    heads: 2,
    keyHeads: 2,
    features: 8,
    isOne: false,
    apart: true,
    masks: ['samples', 'heads'],
  },
];

/** Tokens of a map through products, attention and another product, as transformers have them. */
export function attentionOf({
  map: [height, width],
  heads,
  keyHeads,
  features,
  isOne,
  window,
  apart,
  masks = [],
}: AttentionCase): FlatNetwork {
  const tokens = height * width;
  const [own, shared] = [heads * features, keyHeads * features];
  const drafts: Draft[] = [
    { id: 'x', kind: 'input', params: { shape: [12, height, width] } },
    { id: 'r', kind: 'abs', from: ['x'] },
  ];
  if (window === undefined) {
    drafts.push(
      { id: 'rows', kind: 'reshape', params: { shape: [0, 12, tokens] }, from: ['r'] },
      { id: 'tokens', kind: 'transpose', params: { perm: [0, 2, 1] }, from: ['rows'] },
    );
  } else {
    const [down, across] = [height / window, width / window];
    drafts.push(
      { id: 'apart', kind: 'reshape', params: { shape: [0, 12, down, window, across, window] }, from: ['r'] },
      { id: 'windows', kind: 'transpose', params: { perm: [0, 2, 4, 3, 5, 1] }, from: ['apart'] },
      {
        id: 'tokens',
        kind: 'reshape',
        params: { shape: [0, down * across, window * window, 12] },
        from: ['windows'],
      },
    );
  }
  const linear = (id: string, of: number, from: string): Draft => ({
    id,
    kind: 'linear',
    params: { features: of, tokens: true },
    from: [from],
  });
  if (isOne) {
    drafts.push(linear('qkv', 3 * own, 'tokens'), {
      id: 'parts',
      kind: 'split',
      params: { axis: -1, sizes: [own, own, own] },
      from: ['qkv'],
    });
  } else
    drafts.push(linear('q', own, 'tokens'), linear('k', shared, 'tokens'), linear('v', shared, 'tokens'));
  const parts = isOne ? ['parts:0', 'parts:1', 'parts:2'] : ['q', 'k', 'v'];
  const seen = window === undefined ? tokens : window * window;
  const maskDims = {
    heads: [heads, seen, seen],
    windows: [tokens / seen, 1, seen, seen],
    samples: [1, 1, seen],
  } as const;
  for (const mask of masks) {
    const kind = mask === 'samples' ? 'input' : 'constant';
    drafts.push({ id: `${mask}Mask`, kind, params: { shape: maskDims[mask] } });
  }
  const from = [
    ...parts.map((part, i) => {
      if (!apart) return part;
      const shape = [0, seen, heads, features];
      drafts.push(
        { id: `cut${i}`, kind: 'reshape', params: { shape }, from: [part] },
        { id: `apart${i}`, kind: 'transpose', params: { perm: [0, 2, 1, 3] }, from: [`cut${i}`] },
      );
      return `apart${i}`;
    }),
    ...masks.map((mask) => `${mask}Mask`),
  ];
  const cuts = { heads: apart ? 1 : heads, keyHeads: apart || keyHeads === heads ? 0 : keyHeads };
  drafts.push({ id: 'a', kind: 'attention', params: cuts, from });
  if (apart)
    drafts.push(
      { id: 'back', kind: 'transpose', params: { perm: [0, 2, 1, 3] }, from: ['a'] },
      { id: 'joined', kind: 'reshape', params: { shape: [0, seen, own] }, from: ['back'] },
    );
  drafts.push(linear('o', 20, apart ? 'joined' : 'a'), { id: 'g', kind: 'gelu', from: ['o'] });
  return networkOf(drafts);
}

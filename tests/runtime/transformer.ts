import { type Draft, networkOf } from './networks.ts';

/**
 * Blocks of a transformer over 196 tokens and a class token, as they are drawn; or with heads `apart`: tokens before images,
 * and stacks of all heads of all images, as PyTorch exports them.
 */
export function transformer(depth: number, apart = false): ReturnType<typeof networkOf> {
  return networkOf(transformerDrafts(depth, apart));
}

/** The same with what makes scores of the class token: of twelve blocks ViT-Ti/16 (Touvron et al. 2021). */
export function classifyingTransformer(depth: number): ReturnType<typeof networkOf> {
  return networkOf([
    ...transformerDrafts(depth, false),
    { id: 'norm', kind: 'layerNorm', params: { axis: -1 }, from: [`b${depth}`] },
    { id: 'token', kind: 'slice', params: { starts: [0], ends: [1], axes: [1] }, from: ['norm'] },
    { id: 'flat', kind: 'flatten', from: ['token'] },
    { id: 'head', kind: 'linear', params: { features: 1000 }, from: ['flat'] },
  ]);
}

function transformerDrafts(depth: number, apart: boolean): Draft[] {
  const drafts: Draft[] = [
    { id: 'x', kind: 'input', params: { shape: [3, 224, 224] } },
    {
      id: 'patches',
      kind: 'conv2d',
      params: { channels: 192, kernel: [16, 16], stride: [16, 16] },
      from: ['x'],
    },
    { id: 'rows', kind: 'reshape', params: { shape: [0, 192, 196] }, from: ['patches'] },
    { id: 'tokens', kind: 'transpose', params: { perm: [0, 2, 1] }, from: ['rows'] },
    { id: 'class', kind: 'constant', params: { shape: [1, 1, 192] } },
    { id: 'all', kind: 'concat', params: { axis: 1 }, from: ['class', 'tokens'] },
    { id: 'places', kind: 'constant', params: { shape: [1, 197, 192] } },
    { id: 'b0', kind: 'add', from: ['all', 'places'] },
  ];
  for (let i = 0; i < depth; i++) {
    const linear = (id: string, features: number, from: string): Draft => ({
      id: `${id}${i}`,
      kind: 'linear',
      params: { features, tokens: true },
      from: [from],
    });
    drafts.push(
      { id: `n${i}`, kind: 'layerNorm', params: { axis: -1 }, from: [`b${i}`] },
      linear('q', 192, `n${i}`),
      linear('k', 192, `n${i}`),
      linear('v', 192, `n${i}`),
      ...(apart
        ? stacked(i)
        : [
            {
              id: `a${i}`,
              kind: 'attention',
              params: { heads: 3 },
              from: [`q${i}`, `k${i}`, `v${i}`],
            } as const,
          ]),
      linear('o', 192, `a${i}`),
      { id: `c${i}`, kind: 'add', from: [`o${i}`, `b${i}`] },
      { id: `m${i}`, kind: 'layerNorm', params: { axis: -1 }, from: [`c${i}`] },
      linear('w', 768, `m${i}`),
      { id: `g${i}`, kind: 'gelu', from: [`w${i}`] },
      linear('z', 192, `g${i}`),
      { id: `b${i + 1}`, kind: 'add', from: [`z${i}`, `c${i}`] },
    );
  }
  return drafts;
}

/** Attention of one image between heads that are taken apart and put together again. */
function stacked(i: number): Draft[] {
  const parts = ['q', 'k', 'v'].flatMap((part): Draft[] => [
    { id: `${part}t${i}`, kind: 'transpose', params: { perm: [1, 0, 2] }, from: [`${part}${i}`] },
    { id: `${part}h${i}`, kind: 'reshape', params: { shape: [197, 3, 64] }, from: [`${part}t${i}`] },
    { id: `${part}s${i}`, kind: 'transpose', params: { perm: [1, 0, 2] }, from: [`${part}h${i}`] },
  ]);
  return [
    ...parts,
    { id: `as${i}`, kind: 'attention', from: [`qs${i}`, `ks${i}`, `vs${i}`] },
    { id: `at${i}`, kind: 'transpose', params: { perm: [1, 0, 2] }, from: [`as${i}`] },
    { id: `ah${i}`, kind: 'reshape', params: { shape: [197, 1, 192] }, from: [`at${i}`] },
    { id: `a${i}`, kind: 'transpose', params: { perm: [1, 0, 2] }, from: [`ah${i}`] },
  ];
}

/** Swin-T (Liu et al. 2021) of four stages, or the first of them: windows of 7×7 tokens, every second time shifted by 3. */
export function windowedTransformer(depths: readonly number[] = [2, 2, 6, 2]): ReturnType<typeof networkOf> {
  const [width, side, window] = [96, 56, 7];
  const drafts: Draft[] = [
    { id: 'x', kind: 'input', params: { shape: [3, 4 * side, 4 * side] } },
    {
      id: 'patches',
      kind: 'conv2d',
      params: { channels: width, kernel: [4, 4], stride: [4, 4] },
      from: ['x'],
    },
    { id: 'tokens', kind: 'transpose', params: { perm: [0, 2, 3, 1] }, from: ['patches'] },
    { id: 's0', kind: 'layerNorm', params: { axis: -1 }, from: ['tokens'] },
  ];
  let last = 's0';
  for (const [stage, depth] of depths.entries()) {
    const map = { side: side >> stage, channels: width << stage };
    for (let block = 0; block < depth; block++) {
      const shift = block % 2 === 1 && map.side > window ? 3 : 0;
      last = windowedBlock(drafts, `${stage}.${block}`, last, { ...map, window, shift, heads: 3 << stage });
    }
    if (stage < depths.length - 1) last = merged(drafts, `${stage}`, last, map);
  }
  drafts.push(
    { id: 'norm', kind: 'layerNorm', params: { axis: -1 }, from: [last] },
    { id: 'map', kind: 'transpose', params: { perm: [0, 3, 1, 2] }, from: ['norm'] },
    { id: 'mean', kind: 'globalAvgPool', params: { keepDims: false }, from: ['map'] },
    { id: 'head', kind: 'linear', params: { features: 1000 }, from: ['mean'] },
  );
  return networkOf(drafts);
}

/** Adds layers one after the other, and gives the last one's id. */
function follow(drafts: Draft[], from: string, links: readonly Omit<Draft, 'from'>[]): string {
  let last = from;
  for (const link of links) {
    drafts.push({ ...link, from: [last] });
    last = link.id;
  }
  return last;
}

/** Rows and columns moved to the front by so many, what leaves coming in again. */
function rolled(drafts: Draft[], id: string, from: string, side: number, by: number): string {
  let last = from;
  for (const axis of [1, 2]) {
    const part = (name: string, start: number, end: number): string => {
      drafts.push({
        id: `${id}${name}${axis}`,
        kind: 'slice',
        params: { starts: [start], ends: [end], axes: [axis] },
        from: [last],
      });
      return `${id}${name}${axis}`;
    };
    const parts = [part('late', by, side), part('early', 0, by)];
    last = `${id}${axis}`;
    drafts.push({ id: last, kind: 'concat', params: { axis }, from: parts });
  }
  return last;
}

function windowedBlock(
  drafts: Draft[],
  id: string,
  from: string,
  {
    side,
    channels,
    window,
    shift,
    heads,
  }: {
    readonly side: number;
    readonly channels: number;
    readonly window: number;
    readonly shift: number;
    readonly heads: number;
  },
): string {
  const [across, seen] = [side / window, window ** 2];
  const linear = (name: string, features: number): Omit<Draft, 'from'> => ({
    id: `${name}${id}`,
    kind: 'linear',
    params: { features, tokens: true },
  });
  let last = follow(drafts, from, [{ id: `n${id}`, kind: 'layerNorm', params: { axis: -1 } }]);
  if (shift > 0) last = rolled(drafts, `roll${id}`, last, side, shift);
  last = follow(drafts, last, [
    { id: `cut${id}`, kind: 'reshape', params: { shape: [0, across, window, across, window, channels] } },
    { id: `apart${id}`, kind: 'transpose', params: { perm: [0, 1, 3, 2, 4, 5] } },
    { id: `windows${id}`, kind: 'reshape', params: { shape: [0, across ** 2, seen, channels] } },
    linear('qkv', 3 * channels),
    { id: `parts${id}`, kind: 'split', params: { axis: -1, sizes: [channels, channels, channels] } },
  ]);
  drafts.push({ id: `bias${id}`, kind: 'constant', params: { shape: [heads, seen, seen] } });
  const masks = [`bias${id}`];
  if (shift > 0) {
    drafts.push({ id: `mask${id}`, kind: 'constant', params: { shape: [across ** 2, 1, seen, seen] } });
    masks.push(`mask${id}`);
  }
  const parts = [0, 1, 2].map((part) => `${last}:${part}`);
  drafts.push({ id: `a${id}`, kind: 'attention', params: { heads }, from: [...parts, ...masks] });
  last = follow(drafts, `a${id}`, [
    linear('o', channels),
    { id: `uncut${id}`, kind: 'reshape', params: { shape: [0, across, across, window, window, channels] } },
    { id: `together${id}`, kind: 'transpose', params: { perm: [0, 1, 3, 2, 4, 5] } },
    { id: `rows${id}`, kind: 'reshape', params: { shape: [0, side, side, channels] } },
  ]);
  if (shift > 0) last = rolled(drafts, `back${id}`, last, side, side - shift);
  drafts.push({ id: `c${id}`, kind: 'add', from: [last, from] });
  last = follow(drafts, `c${id}`, [
    { id: `m${id}`, kind: 'layerNorm', params: { axis: -1 } },
    linear('w', 4 * channels),
    { id: `g${id}`, kind: 'gelu' },
    linear('z', channels),
  ]);
  drafts.push({ id: `b${id}`, kind: 'add', from: [last, `c${id}`] });
  return `b${id}`;
}

/** Four neighbouring tokens as one of twice the channels. */
function merged(
  drafts: Draft[],
  id: string,
  from: string,
  { side, channels }: { readonly side: number; readonly channels: number },
): string {
  const half = side / 2;
  return follow(drafts, from, [
    { id: `pairs${id}`, kind: 'reshape', params: { shape: [0, half, 2, half, 2, channels] } },
    { id: `turned${id}`, kind: 'transpose', params: { perm: [0, 1, 3, 4, 2, 5] } },
    { id: `four${id}`, kind: 'reshape', params: { shape: [0, half, half, 4 * channels] } },
    { id: `fn${id}`, kind: 'layerNorm', params: { axis: -1 } },
    {
      id: `merge${id}`,
      kind: 'linear',
      params: { features: 2 * channels, tokens: true, bias: false },
    },
  ]);
}

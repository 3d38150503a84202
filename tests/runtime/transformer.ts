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

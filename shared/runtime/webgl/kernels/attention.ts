import type { AttentionOp, MapView } from '../../plan/graph.ts';
import { eachTarget, fetchFunction, float, HEADER, knob, locate, outputs, quotient } from '../glsl.ts';
import { layoutOf, singleTile, type Tile } from '../layout.ts';
import { type KernelContext, type Pass, Unsupported } from '../pass.ts';
import { reasons } from '../reasons.ts';
import { channelTile, fitTile } from '../tiles.ts';
import { type Placed, slotSource, weightSource } from './convolution-spec.ts';
import { softmaxPasses } from './pointwise.ts';
import { firstChannel, type TokenReader, tableOf, tokenPlaces, tokenReader } from './tokens.ts';

/**
 * Attention where queries, keys and values lie: scores, a map for each head of each stack whose channels are keys and whose
 * pixels are queries; softmax over their channels, in two passes; and values weighed. Results that lie otherwise than stack
 * by stack are moved there.
 */
export function attentionPasses(
  op: AttentionOp,
  inputs: readonly Placed[],
  output: Placed,
  context: KernelContext,
): Pass[] {
  const [query, key, value, ...masks] = inputs as readonly [Placed, Placed, Placed, ...Placed[]];
  const { heads, queries, keys, places } = op;
  const { limits } = context;
  const between = (view: MapView, tile: Tile): Placed => {
    const layout = layoutOf(view, fitTile(tile, view), limits.maxTextureSize);
    if (!layout) throw new Unsupported(reasons.scoresFitNoTexture);
    return { layout, slot: context.scratch(layout) };
  };
  const stacks = places.query.stacks.length;
  const perHead = { batch: stacks * heads, channels: keys, height: 1, width: queries };
  const scores = between(perHead, channelTile(limits));
  const weights = between(perHead, channelTile(limits));
  const lanes = layoutOf({ ...perHead, channels: 1 }, singleTile, limits.maxTextureSize);
  if (!lanes) throw new Unsupported(reasons.scoreSumsFitNoTexture);
  const shares = { axis: 'channels', logarithm: false, noneIsZero: masks.length > 0 } as const;
  const head = [
    scoresPass(op, { query, key, masks, scores }, context),
    ...softmaxPasses(scores, weights, shares, context, lanes),
  ];
  const found = tokenPlaces(output.layout, places.result);
  if (!found) return [...head, valuesPass(op, { weights, value, output }, context)];
  const byStack = between(
    { batch: stacks, channels: output.layout.view.channels, height: 1, width: queries },
    channelTile(limits),
  );
  return [
    ...head,
    valuesPass(op, { weights, value, output: byStack }, context),
    placePass(found, byStack, output, context),
  ];
}

/** Which head and stack the image `n` of scores is, as the shader's `head` and `pile`, and the head of keys that it shares. */
function whichHead({ heads, keyHeads }: AttentionOp): string {
  return `int pile=${quotient('n', heads)};int head=n-pile*${knob(heads)};${sharedHead({ heads, keyHeads })}`;
}

function sharedHead({ heads, keyHeads }: Pick<AttentionOp, 'heads' | 'keyHeads'>): string {
  return `int keyHead=${quotient('head', heads / keyHeads)};`;
}

/** Whose texels follow one another from the first channel of a head on. */
function quadOf(of: 'query' | 'key' | 'value', op: AttentionOp, { layout }: Placed, head: string): string {
  const places = op.places[of];
  return `${knob(firstChannel(layout, places) / 4)}+${head}*${knob(places.headChannels / 4)}`;
}

function scoresPass(
  op: AttentionOp,
  { query, key, masks, scores }: { query: Placed; key: Placed; masks: readonly Placed[]; scores: Placed },
  { limits }: KernelContext,
): Pass {
  const { layout } = scores;
  const { tile, view } = layout;
  const { queries, keys, features, factor, places } = op;
  const q = tokenReader('Q', query, tokenPlaces(query.layout, places.query), limits);
  const k = tokenReader('K', key, tokenPlaces(key.layout, places.key), limits);
  const added = masks.map((mask, i) => maskReader(`M${i}`, mask, op, i, { limits }));
  let code = `${HEADER}${q.code}${k.code}${added.map((mask) => mask.code).join('')}${outputs(layout.layers)}\n`;
  code += `void main(){${locate(layout)}${whichHead(op)}${q.begin}${k.begin}\n`;
  for (let j = 0; j < tile.columns; j++)
    code += q.find(String(j), 'pile', within(`column*${tile.columns}+${j}`, queries, tile.columns));
  for (let i = 0; i < tile.quads * 4; i++)
    code += k.find(String(i), 'pile', within(`block*${tile.quads * 4}+${i}`, keys, tile.quads * 4));
  code += eachTarget(layout, ({ index }) => `vec4 a${index}=vec4(0);`);
  code += `mat4 W;\nfor(int i=0;i<${knob(features / 4)};i++){`;
  code += `${q.quad('', `(${quadOf('query', op, query, 'head')}+i)`)}${k.quad('', `(${quadOf('key', op, key, 'keyHead')}+i)`)}\n`;
  for (let j = 0; j < tile.columns; j++) code += `vec4 v${j}=${q.read(String(j), '')};`;
  for (let g = 0; g < tile.quads; g++) {
    // Its columns are keys: a row times it is four scores.
    code += `W=mat4(${[0, 1, 2, 3].map((lane) => k.read(String(g * 4 + lane), '')).join(',')});`;
    for (let j = 0; j < tile.columns; j++) code += `a${g * tile.columns + j}+=v${j}*W;`;
    code += '\n';
  }
  code += '}';
  code += eachTarget(layout, ({ index, quad, x }) => {
    let value = `a${index}*${float(factor)}`;
    for (const mask of added)
      value += `+${mask.read(`min(${quad},${knob(layout.quads - 1)})`, within(x, queries, tile.columns))}`;
    return `o${index}=${value};`;
  });
  const { width, height } = layout;
  return {
    fragment: `${code}}`,
    textures: {
      ...q.textures,
      ...k.textures,
      ...Object.assign({}, ...added.map(({ textures }) => textures)),
    },
    target: scores.slot,
    viewport: { x: 0, y: 0, width, height },
    macs: view.batch * queries * keys * features,
    reads: width * height * ((features / 4) * (tile.columns + tile.quads * 4) + layout.layers * added.length),
  };
}

/** Texels past the last token read the last one. */
function within(at: string, count: number, step: number): string {
  return count % step === 0 ? `(${at})` : `min(${at},${knob(count - 1)})`;
}

/** What is added to scores: by the image that each head of each stack has. */
function maskReader(
  name: string,
  mask: Placed,
  { masks, heads }: AttentionOp,
  at: number,
  { limits }: Pick<KernelContext, 'limits'>,
): Pick<TokenReader, 'code' | 'textures'> & { read(quad: string, query: string): string } {
  const images = masks[at]!;
  const formulas: readonly (readonly [string, (n: number) => number])[] = [
    ['0', () => 0],
    ['n', (n) => n],
    ['head', (n) => n % heads],
    ['pile', (n) => Math.floor(n / heads)],
  ];
  const formula = formulas.find(([, of]) => images.every((image, n) => image === of(n)));
  const rows = Array.from({ length: images.length / heads }, (_, stack) =>
    Array.from({ length: heads }, (__, head) => [images[stack * heads + head]!, 0, 0] as const),
  );
  const table = formula ? undefined : tableOf(rows, limits);
  const image = formula?.[0] ?? `int(texelFetch(${name}_images,ivec2(head,pile),0).x+0.5)`;
  return {
    code: `${table ? `uniform sampler2D ${name}_images;\n` : ''}${fetchFunction(name, mask.layout)}`,
    textures: {
      [name]: slotSource(mask),
      ...(table ? { [`${name}_images`]: weightSource(table) } : {}),
    },
    read: (quad, query) => `${name}_at(${image},${quad},0,${query})`,
  };
}

/** Weights of the keys times their values; a stack for each image of the output. */
function valuesPass(
  op: AttentionOp,
  { weights, value, output }: { weights: Placed; value: Placed; output: Placed },
  { limits }: KernelContext,
): Pass {
  const { layout } = output;
  const { tile, view } = layout;
  const { queries, keys, valueFeatures, heads, keyHeads, places } = op;
  const a = tokenReader('A', weights, undefined, limits);
  const v = tokenReader('V', value, tokenPlaces(value.layout, places.value), limits);
  const perHead = valueFeatures / 4;
  const pixels = tile.rows * tile.columns;
  let code = `${HEADER}${a.code}${v.code}${outputs(layout.layers)}\nvoid main(){${locate(layout)}${a.begin}${v.begin}`;
  // A block past the last quad is of the last head.
  code += `int first=min(block*${tile.quads},${knob(layout.quads - 1)});int head=${quotient('first', perHead)};`;
  code += `${sharedHead({ heads, keyHeads })}int quad=${quadOf('value', op, value, 'keyHead')}+first-head*${knob(perHead)};\n`;
  for (let g = 0; g < tile.quads; g++) code += v.quad(String(g), `(quad+${g})`);
  for (let p = 0; p < pixels; p++) {
    const y = within(`row*${tile.rows}+${Math.floor(p / tile.columns)}`, view.height, tile.rows);
    const x = within(`column*${tile.columns}+${p % tile.columns}`, view.width, tile.columns);
    code += a.find(
      String(p),
      `n*${knob(heads)}+head`,
      view.height === 1 ? x : `(${y}*${knob(view.width)}+${x})`,
    );
  }
  code += eachTarget(layout, ({ index }) => `vec4 a${index}=vec4(0);`);
  code += `mat4 W;\nfor(int i=0;i<${knob(Math.ceil(keys / 4))};i++){${a.quad('', 'i')}`;
  for (let lane = 0; lane < 4; lane++) code += v.find(String(lane), 'n', within(`i*4+${lane}`, keys, 4));
  code += '\n';
  for (let p = 0; p < pixels; p++) code += `vec4 w${p}=${a.read(String(p), '')};`;
  for (let g = 0; g < tile.quads; g++) {
    code += `W=mat4(${[0, 1, 2, 3].map((lane) => v.read(String(lane), String(g))).join(',')});`;
    for (let p = 0; p < pixels; p++) code += `a${g * pixels + p}+=W*w${p};`;
    code += '\n';
  }
  code += `}${eachTarget(layout, ({ index }) => `o${index}=a${index};`)}`;
  const { width, height } = layout;
  return {
    fragment: `${code}}`,
    textures: { ...a.textures, ...v.textures },
    target: output.slot,
    viewport: { x: 0, y: 0, width, height },
    macs: places.query.stacks.length * heads * queries * keys * valueFeatures,
    reads: width * height * Math.ceil(keys / 4) * (pixels + tile.quads * 4),
  };
}

/** Results from stack by stack to where the queries lie. */
function placePass(
  found: NonNullable<ReturnType<typeof tokenPlaces>>,
  byStack: Placed,
  output: Placed,
  { limits }: KernelContext,
): Pass {
  const { layout } = output;
  const { batch, height, width } = layout.view;
  const rows = Array.from({ length: batch * height }, () =>
    Array.from({ length: width }, (): readonly [number, number, number] => [0, 0, 0]),
  );
  for (const [stack, tokens] of found.entries())
    for (const [token, { image, row, column }] of tokens.entries())
      rows[image * height + row]![column] = [stack, token, 0];
  const table = tableOf(rows, limits);
  let code = `${HEADER}uniform sampler2D P;${fetchFunction('Y', byStack.layout)}${outputs(layout.layers)}\nvoid main(){${locate(layout)}ivec2 p;`;
  code += eachTarget(layout, ({ index, quad, y, x }) => {
    const texel = `texelFetch(P,ivec2(min(${x},${knob(width - 1)}),n*${knob(height)}+min(${y},${knob(height - 1)})),0).xy`;
    return `p=ivec2(${texel}+0.5);o${index}=Y_at(p.x,min(${quad},${knob(layout.quads - 1)}),0,p.y);`;
  });
  return {
    fragment: `${code}}`,
    textures: { P: weightSource(table), Y: slotSource(byStack) },
    target: output.slot,
    viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
    macs: 0,
    reads: layout.width * layout.height * layout.layers * 2,
  };
}

/** How results lie: what products over channels like best. */
export function attentionTile(view: MapView, limits: KernelContext['limits']): Tile {
  return fitTile(channelTile(limits), view);
}

import type { TokenPlaces } from '../../plan/graph.ts';
import { divide, fetchFunction, floatKnob, knob, modulo, quotient, texelAt } from '../glsl.ts';
import type { Layout } from '../layout.ts';
import { type Limits, type Pass, Unsupported, type WeightTexture } from '../pass.ts';
import { inOnePiece } from '../pieces.ts';
import { reasons } from '../reasons.ts';
import { type Placed, slotSource, weightSource } from './convolution-spec.ts';

/** How a shader reads the channels of tokens: it finds a token once, and then one quad of channels after the other. */
export interface TokenReader {
  /** Declares samplers, and functions where some are needed; stands before `main`. */
  readonly code: string;
  readonly textures: Pass['textures'];
  /** Declares what does not change; stands at the beginning of `main`. */
  readonly begin: string;
  /** Finds a token of a stack, both int expressions, and remembers where it is under `id`. */
  find(id: string, stack: string, token: string): string;
  /** Remembers a quad of channels under `id`. */
  quad(id: string, quad: string): string;
  /** The texel of a token that was found and a quad that was remembered. */
  read(token: string, quad: string): string;
}

/** A token's image, row and column. */
interface Place {
  readonly image: number;
  readonly row: number;
  readonly column: number;
}

/** Where each token of each stack is; of a map in which stacks are images and tokens their pixels, `undefined`. */
export function tokenPlaces(
  { view }: Layout,
  { stacks, tokens }: Pick<TokenPlaces, 'stacks' | 'tokens'>,
): readonly (readonly Place[])[] | undefined {
  const area = view.height * view.width;
  const image = (offset: number): number => Math.floor(offset / (area * view.channels));
  const isPlain =
    tokens.every((offset, t) => offset === t) &&
    stacks.every((offset, s) => image(offset) === s && offset % area === 0);
  if (isPlain) return undefined;
  return stacks.map((stack) =>
    tokens.map((token) => {
      const pixel = (stack % area) + (token % area);
      return {
        image: image(stack) + image(token),
        row: Math.floor(pixel / view.width),
        column: pixel % view.width,
      };
    }),
  );
}

/** The channel in which the first head begins. */
export function firstChannel({ view }: Layout, { stacks }: TokenPlaces): number {
  const area = view.height * view.width;
  return Math.floor((stacks[0]! % (area * view.channels)) / area);
}

/** Numbers as texels are whole up to here in half floats. */
const LARGEST_HALF = 2048;

/** A texture of three whole numbers for each row and column, by which shaders look up what no formula says. */
export function tableOf(
  rows: readonly (readonly (readonly [number, number, number])[])[],
  { maxTextureSize, precision }: Limits,
): WeightTexture {
  const height = rows.length;
  const width = rows[0]!.length;
  if (width > maxTextureSize || height > maxTextureSize) throw new Unsupported(reasons.tooManyTokens);
  if (precision === 'half' && rows.some((row) => row.some((numbers) => Math.max(...numbers) > LARGEST_HALF)))
    throw new Unsupported(reasons.halfPositions);
  return {
    // What it says tells it apart: batches and maps of other extents have tables of their own, and layers share them.
    key: `table ${width} ${rows.flat().join(' ')}`,
    width,
    height,
    pack: () =>
      inOnePiece(width, height, (texels) => {
        for (const [y, row] of rows.entries())
          for (const [x, numbers] of row.entries()) texels.set(numbers, (y * width + x) * 4);
      }),
  };
}

/** Reads tokens of a map by the sampler `name`. */
export function tokenReader(
  name: string,
  placed: Placed,
  places: readonly (readonly Place[])[] | undefined,
  limits: Limits,
): TokenReader {
  const { layout } = placed;
  const { view, tile, blocks, blockRows, folds } = layout;
  const table =
    places &&
    tableOf(
      places.map((row) => row.map(({ image, row: y, column: x }) => [image, y, x] as const)),
      limits,
    );
  const lookUp = table ? `uniform sampler2D ${name}_places;\n` : '';
  const where = (id: string, stack: string, token: string): string => {
    const [n, y, x] = ['n', 'y', 'x'].map((axis) => `${name}${axis}${id}`) as [string, string, string];
    if (table) {
      const texel = `texelFetch(${name}_places,ivec2(${token},${stack}),0).xyz`;
      return `ivec3 ${name}p${id}=ivec3(${texel}+0.5);int ${n}=${name}p${id}.x,${y}=${name}p${id}.y,${x}=${name}p${id}.z;`;
    }
    if (view.height === 1) return `int ${n}=${stack},${y}=0,${x}=${token};`;
    return `int ${n}=${stack},${y}=${quotient(`(${token})`, view.width)};int ${x}=${token}-${y}*${knob(view.width)};`;
  };
  const textures = {
    [name]: slotSource(placed),
    ...(table ? { [`${name}_places`]: weightSource(table) } : {}),
  };
  if (folds > 1) {
    return {
      code: `${lookUp}${fetchFunction(name, layout)}`,
      textures,
      begin: '',
      find: where,
      quad: (id, quad) => `int ${name}q${id}=${quad};`,
      read: (token, quad) => `${name}_at(${name}n${token},${name}q${quad},${name}y${token},${name}x${token})`,
    };
  }
  return {
    code: `${lookUp}uniform sampler2DArray ${name};\n`,
    textures,
    begin: `vec2 ${name}s=vec2(${floatKnob(1 / layout.width)},${floatKnob(1 / layout.height)});int ${name}b=${knob(blockRows)},${name}i=${knob(blocks * blockRows)};`,
    find(id, stack, token) {
      const [n, y, x] = ['n', 'y', 'x'].map((axis) => `${name}${axis}${id}`) as [string, string, string];
      const row = `${n}*${name}i+${divide(y, tile.rows)}`;
      const layer = `${modulo(y, tile.rows)}*${tile.columns}+${modulo(x, tile.columns)}`;
      return `${where(id, stack, token)}vec3 ${name}t${id}=vec3((vec2(${divide(x, tile.columns)},${row})+0.5)*${name}s,float(${layer}));`;
    },
    quad(id, quad) {
      const down = `float(${divide(quad, tile.quads)}*${name}b)*${name}s.y`;
      const layer = `float(${modulo(quad, tile.quads)}*${tile.rows * tile.columns})`;
      return `vec3 ${name}d${id}=vec3(0,${down},${layer});`;
    },
    read: (token, quad) => texelAt(name, `${name}t${token}+${name}d${quad}`),
  };
}

import type { Layout } from './layout.ts';

/** Starts every fragment shader. Samplers are lowp unless told otherwise, which would cut values to 8 bits. */
export const HEADER = `#version 300 es
precision highp float;precision highp int;precision highp sampler2D;precision highp sampler2DArray;
`;

/** One triangle that covers the viewport. */
export const VERTEX = `#version 300 es
void main(){gl_Position=vec4(vec2(float((gl_VertexID&1)<<2),float((gl_VertexID&2)<<1))-1.0,0,1);}`;

/** A number as a GLSL float. */
export function float(x: number): string {
  const text = String(x);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/**
 * An integer that differs between layers of one structure: it becomes a uniform, so that such layers share a program.
 * Compiling is what the first run of a network waits for.
 */
export function knob(value: number): string {
  return `@i${value}@`;
}

/** The same for a float. */
export function floatKnob(value: number): string {
  return `@f${value}@`;
}

/** Integer division of what is not negative and below 2²⁰ by a knob, which is quicker as a product. */
export function quotient(expression: string, by: number): string {
  return by === 1 ? expression : `int((float(${expression})+0.5)*${floatKnob(1 / by)})`;
}

export interface Knobs {
  readonly fragment: string;
  readonly ints: Readonly<Record<string, number>>;
  readonly floats: Readonly<Record<string, number>>;
}

/** Turns the knobs of a fragment shader into uniforms `k0`, `k1`, … by the places where they stand. */
export function withUniforms(fragment: string): Knobs {
  const ints: Record<string, number> = {};
  const floats: Record<string, number> = {};
  let count = 0;
  const body = fragment.slice(HEADER.length).replace(/@([if])([^@]*)@/g, (_, type: string, value: string) => {
    const name = `k${count++}`;
    (type === 'i' ? ints : floats)[name] = Number(value);
    return name;
  });
  const declare = (type: string, names: readonly string[]): string =>
    names.length === 0 ? '' : `uniform ${type} ${names.join(',')};`;
  const uniforms = `${declare('int', Object.keys(ints))}${declare('float', Object.keys(floats))}\n`;
  return { fragment: `${HEADER}${uniforms}${body}`, ints, floats };
}

/** Of what is not negative, by a power of two: devices without a division of integers take long for one. */
export function divide(expression: string, by: number): string {
  return by === 1 ? expression : `((${expression})>>${Math.log2(by)})`;
}

export function modulo(expression: string, by: number): string {
  return by === 1 ? '0' : `((${expression})&${by - 1})`;
}

/**
 * The texel at normalised coordinates. Textures here have one level and are never filtered, so the level that the device
 * works out for itself makes no difference; naming it costs SwiftShader a quarter more per read. For uniform control flow.
 */
export function texelAt(sampler: string, place: string): string {
  return `texture(${sampler},${place})`;
}

/** `layout(location=…) out vec4 o0; …` */
export function outputs(count: number): string {
  return Array.from({ length: count }, (_, i) => `layout(location=${i}) out vec4 o${i};`).join('');
}

/**
 * `vec4 NAME_at(int n,int q,int y,int x)`: the texel of image n, channel quad q, row y, column x. For kernels that
 * read few texels; the others work out coordinates once for many reads.
 */
export function fetchFunction(name: string, layout: Layout): string {
  const { tile, blocks, blockRows, blockColumns, blocksPerFold, folds } = layout;
  const block = `n*${knob(blocks)}+${divide('q', tile.quads)}`;
  const layer = `(${modulo('q', tile.quads)}*${tile.rows}+${modulo('y', tile.rows)})*${tile.columns}+${modulo('x', tile.columns)}`;
  const column = divide('x', tile.columns);
  const row = divide('y', tile.rows);
  const place =
    folds === 1
      ? `ivec3(${column},b*${knob(blockRows)}+${row},${layer})`
      : `ivec3(b/${knob(blocksPerFold)}*${knob(blockColumns)}+${column},b%${knob(blocksPerFold)}*${knob(blockRows)}+${row},${layer})`;
  return `uniform sampler2DArray ${name};
vec4 ${name}_at(int n,int q,int y,int x){int b=${block};return texelFetch(${name},${place},0);}
`;
}

/**
 * Where an invocation stands in its output: `px` and `py` (texel), `n` (image), `block` (of quads), `row` and `column`
 * (texel inside the block). Target (g, i, j) is then quad block·tile.quads + g, row row·tile.rows + i, and so on.
 */
export function locate(layout: Layout): string {
  const { blocks, blockRows, blockColumns, blocksPerFold, folds, view } = layout;
  let code = 'int px=int(gl_FragCoord.x),py=int(gl_FragCoord.y);';
  code += `int stack=${quotient('py', blockRows)};int row=py-stack*${knob(blockRows)};`;
  code +=
    folds === 1
      ? 'int column=px;'
      : `int fold=${quotient('px', blockColumns)};int column=px-fold*${knob(blockColumns)};stack+=fold*${knob(blocksPerFold)};`;
  code +=
    view.batch === 1
      ? 'const int n=0;int block=stack;'
      : `int n=${quotient('stack', blocks)};int block=stack-n*${knob(blocks)};`;
  return `${code}\n`;
}

/** A value that an invocation writes: the texture layer inside the tile, and its place as shader expressions. */
export interface Target {
  readonly index: number;
  readonly quad: string;
  readonly y: string;
  readonly x: string;
}

/** Runs over the targets of a tile in the order of texture layers. */
export function eachTarget({ tile }: Layout, write: (target: Target) => string): string {
  let code = '';
  for (let g = 0; g < tile.quads; g++) {
    for (let i = 0; i < tile.rows; i++) {
      for (let j = 0; j < tile.columns; j++) {
        code += write({
          index: (g * tile.rows + i) * tile.columns + j,
          quad: `block*${tile.quads}+${g}`,
          y: `row*${tile.rows}+${i}`,
          x: `column*${tile.columns}+${j}`,
        });
      }
    }
  }
  return code;
}

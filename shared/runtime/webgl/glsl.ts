import { unreachable } from '../../base/unreachable.ts';
import type { ActivationKind, Finish } from '../plan/graph.ts';
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

export function divide(expression: string, by: number): string {
  return by === 1 ? expression : `(${expression})/${by}`;
}

export function modulo(expression: string, by: number): string {
  return by === 1 ? '0' : `(${expression})%${by}`;
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

/** Runs over the targets of a tile in the order of texture layers. */
export function eachTarget(
  { tile }: Layout,
  write: (target: {
    readonly index: number;
    readonly quad: string;
    readonly y: string;
    readonly x: string;
  }) => string,
): string {
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

interface Target {
  readonly quad: string;
  readonly y: string;
  readonly x: string;
}

/** Activations that can make infinities or NaN out of the leftovers in texels that belong to no element. */
const RISKY: readonly (ActivationKind | undefined)[] = ['exponential', 'logarithm', 'square-root'];

/**
 * The functions that finish an operation's values, and a value finished. Lanes past the last channel and texels past
 * the edge hold leftovers, which readers multiply by zero; they are kept finite.
 */
export function finisher(
  finish: Finish,
  layout: Layout,
  risky = RISKY.includes(finish.activation),
): { readonly code: string; apply(value: string, target: Target): string } {
  if (!risky) return { code: finishFunction(finish), apply: (value) => `finish(${value})` };
  const { channels, height, width } = layout.view;
  const keep = `vec4 keep(vec4 v,int q,int y,int x){if(y>=${height}||x>=${width})return vec4(0);return mix(vec4(0),v,lessThan(float(q*4)+vec4(0,1,2,3),vec4(${float(channels)})));}\n`;
  return {
    code: `${finishFunction(finish)}${keep}`,
    apply: (value, { quad, y, x }) => `keep(finish(${value}),${quad},${y},${x})`,
  };
}

/** Defines `vec4 finish(vec4 v)`: clips, then activates. */
function finishFunction({ low, high, activation, alpha, beta }: Finish): string {
  let code = 'vec4 finish(vec4 v){';
  // The upper bound holds where the bounds cross, as in ONNX's Clip.
  if (low !== Number.NEGATIVE_INFINITY) code += `v=max(v,vec4(${float(low)}));`;
  if (high !== Number.POSITIVE_INFINITY) code += `v=min(v,vec4(${float(high)}));`;
  code += `${activation === undefined ? '' : activate(activation, alpha, beta)}return v;}\n`;
  return `${HELPERS.filter(([name]) => code.includes(name))
    .map(([, helper]) => helper)
    .join('')}${code}`;
}

function activate(kind: ActivationKind, alpha: number, beta: number): string {
  switch (kind) {
    case 'leaky-relu':
      return `v=mix(v,v*${float(alpha)},lessThan(v,vec4(0)));`;
    case 'sigmoid':
      return 'v=1.0/(1.0+exp(-v));';
    case 'tanh':
      return 'v=tanhOf(v);';
    case 'gelu':
      return 'v=0.5*v*(1.0+erfOf(v*0.7071067811865476));';
    case 'gelu-tanh':
      return 'v=0.5*v*(1.0+tanhOf(0.7978845608028654*(v+0.044715*v*v*v)));';
    case 'silu':
      return 'v=v/(1.0+exp(-v));';
    case 'hard-swish':
      return 'v=v*clamp(v+3.0,0.0,6.0)/6.0;';
    case 'hard-sigmoid':
      return `v=clamp(${float(alpha)}*v+${float(beta)},0.0,1.0);`;
    case 'elu':
      return `v=mix(v,${float(alpha)}*(exp(v)-1.0),lessThan(v,vec4(0)));`;
    case 'celu':
      return `v=max(v,vec4(0))+min(vec4(0),${float(alpha)}*(exp(min(v,vec4(0))/${float(alpha)})-1.0));`;
    case 'selu':
      return `v=${float(beta)}*mix(v,${float(alpha)}*(exp(v)-1.0),lessThanEqual(v,vec4(0)));`;
    case 'mish':
      return 'v=v*tanhOf(softplusOf(v));';
    case 'softplus':
      return 'v=softplusOf(v);';
    case 'softsign':
      return 'v=v/(1.0+abs(v));';
    case 'threshold':
      return `v=mix(vec4(0),v,greaterThan(v,vec4(${float(alpha)})));`;
    case 'absolute':
      return 'v=abs(v);';
    case 'negate':
      return 'v=-v;';
    case 'exponential':
      return 'v=exp(v);';
    case 'square-root':
      return `v=mix(sqrt(max(v,vec4(0))),vec4(${NOT_A_NUMBER}),lessThan(v,vec4(0)));`;
    case 'error-function':
      return 'v=erfOf(v);';
    case 'logarithm':
      return `v=mix(mix(log(v),vec4(${NOT_A_NUMBER}),lessThan(v,vec4(0))),vec4(-${INFINITY}),equal(v,vec4(0)));`;
    default:
      return unreachable(kind);
  }
}

/** Spelled in bits: what 0/0 gives is up to the driver. */
export const NOT_A_NUMBER = 'uintBitsToFloat(0x7fc00000u)';
export const INFINITY = 'uintBitsToFloat(0x7f800000u)';

/** The built-in tanh overflows to NaN for large arguments on some drivers. */
const TANH = `vec4 tanhOf(vec4 v){vec4 e=exp(-2.0*abs(v));vec4 t=(1.0-e)/(1.0+e);return sign(v)*t;}
`;

/** Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7, which is fp32's own near 1. */
const ERROR_FUNCTION = `vec4 erfOf(vec4 v){vec4 a=abs(v);vec4 t=1.0/(1.0+0.3275911*a);
vec4 p=((((1.061405429*t-1.453152027)*t+1.421413741)*t-0.284496736)*t+0.254829592)*t;return sign(v)*(1.0-p*exp(-a*a));}
`;

const SOFTPLUS = `vec4 softplusOf(vec4 v){return max(v,vec4(0))+log(1.0+exp(-abs(v)));}
`;

/** Functions that are defined where they are used. */
const HELPERS = [
  ['erfOf', ERROR_FUNCTION],
  ['tanhOf', TANH],
  ['softplusOf', SOFTPLUS],
] as const;

import { unreachable } from '../../base/unreachable.ts';
import type { ActivationKind, Finish } from '../plan/graph.ts';
import { float, type Target } from './glsl.ts';
import type { Layout } from './layout.ts';

/** Activations that can make infinities or NaN out of the leftovers in texels that belong to no element. */
const RISKY: readonly (ActivationKind | undefined)[] = [
  'exponential',
  'logarithm',
  'square-root',
  'reciprocal',
];

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
    case 'floor':
      return 'v=floor(v);';
    case 'ceiling':
      return 'v=ceil(v);';
    case 'round':
      return 'v=roundEven(v);';
    case 'truncate':
      return 'v=trunc(v);';
    case 'sign':
      return 'v=sign(v);';
    case 'reciprocal':
      return 'v=1.0/v;';
    case 'not':
      return 'v=vec4(equal(v,vec4(0)));';
    case 'truth':
      return 'v=vec4(notEqual(v,vec4(0)));';
    case 'scale':
      return `v*=${float(alpha)};`;
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

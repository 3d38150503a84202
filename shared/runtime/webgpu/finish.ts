import { unreachable } from '../../base/unreachable.ts';
import { type ActivationKind, type Finish, isNoFinish } from '../plan/graph.ts';
import { float } from './dispatch.ts';

/** A function `finish` of one number: clips, then activates. */
export function finishFunction(finish: Finish): string {
  const { low, high, activation, alpha, beta } = finish;
  let code = 'fn finish(x:f32)->f32{';
  if (isNoFinish(finish)) return `${code}return x;}\n`;
  code += 'var v=x;';
  // The upper bound holds where the bounds cross, as in ONNX's Clip.
  if (low !== Number.NEGATIVE_INFINITY) code += `v=max(v,${limit(low)});`;
  if (high !== Number.POSITIVE_INFINITY) code += `v=min(v,${limit(high)});`;
  if (activation !== undefined) code += `v=${activate(activation, alpha, beta)};`;
  code += 'return v;}\n';
  return `${HELPERS.filter(([name]) => code.includes(name))
    .map(([, helper]) => helper)
    .join('')}${code}`;
}

/** WGSL writes no infinite numbers; the largest of all bounds as much. */
function limit(bound: number): string {
  return float(Math.max(-LARGEST, Math.min(LARGEST, bound)));
}

const LARGEST = 3.4028234663852886e38;

function activate(kind: ActivationKind, alpha: number, beta: number): string {
  const [a, b] = [float(alpha), float(beta)];
  switch (kind) {
    case 'leaky-relu':
      return `select(v,v*${a},v<0.0)`;
    case 'sigmoid':
      return '1.0/(1.0+exp(-v))';
    case 'tanh':
      return 'tanhOf(v)';
    case 'gelu':
      return '0.5*v*(1.0+erfOf(v*0.7071067811865476))';
    case 'gelu-tanh':
      return '0.5*v*(1.0+tanhOf(0.7978845608028654*(v+0.044715*v*v*v)))';
    case 'silu':
      return 'v/(1.0+exp(-v))';
    case 'hard-swish':
      return 'v*clamp(v+3.0,0.0,6.0)/6.0';
    case 'hard-sigmoid':
      return `clamp(${a}*v+${b},0.0,1.0)`;
    case 'elu':
      return `select(v,${a}*(exp(v)-1.0),v<0.0)`;
    case 'celu':
      return `max(v,0.0)+min(0.0,${a}*(exp(min(v,0.0)/${a})-1.0))`;
    case 'selu':
      return `${b}*select(v,${a}*(exp(v)-1.0),v<=0.0)`;
    case 'mish':
      return 'v*tanhOf(softplusOf(v))';
    case 'softplus':
      return 'softplusOf(v)';
    case 'softsign':
      return 'v/(1.0+abs(v))';
    case 'threshold':
      return `select(0.0,v,v>${a})`;
    case 'absolute':
      return 'abs(v)';
    case 'negate':
      return '-v';
    case 'exponential':
      return 'exp(v)';
    case 'square-root':
      return 'select(sqrt(max(v,0.0)),special(NOT_A_NUMBER),v<0.0)';
    case 'error-function':
      return 'erfOf(v)';
    case 'logarithm':
      return 'select(select(log(max(v,1.17549435e-38)),-special(INFINITE),v==0.0),special(NOT_A_NUMBER),v<0.0)';
    case 'floor':
      return 'floor(v)';
    case 'ceiling':
      return 'ceil(v)';
    case 'round':
      return 'round(v)';
    case 'truncate':
      return 'trunc(v)';
    case 'sign':
      return 'sign(v)';
    case 'reciprocal':
      return '1.0/v';
    case 'not':
      return 'select(0.0,1.0,v==0.0)';
    case 'truth':
      return 'select(1.0,0.0,v==0.0)';
    case 'scale':
      return `v*${a}`;
    default:
      return unreachable(kind);
  }
}

/**
 * What WGSL does not let be written: numbers that are none, and infinite ones. Bits that are only known as the kernel runs
 * are not judged by its compiler.
 */
export const SPECIAL = `const NOT_A_NUMBER=0x7fc00000u;
const INFINITE=0x7f800000u;
fn special(bits:u32)->f32{var known=bits;return bitcast<f32>(known);}
`;

/** The built-in tanh overflows for large arguments on some drivers. */
const TANH = `fn tanhOf(v:f32)->f32{let e=exp(-2.0*abs(v));return sign(v)*(1.0-e)/(1.0+e);}
`;

/** Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7, which is fp32's own near 1. */
const ERROR_FUNCTION = `fn erfOf(v:f32)->f32{let a=abs(v);let t=1.0/(1.0+0.3275911*a);
let q=((((1.061405429*t-1.453152027)*t+1.421413741)*t-0.284496736)*t+0.254829592)*t;return sign(v)*(1.0-q*exp(-a*a));}
`;

const SOFTPLUS = `fn softplusOf(v:f32)->f32{return max(v,0.0)+log(1.0+exp(-abs(v)));}
`;

/** Functions that are defined where they are used. */
const HELPERS = [
  ['special', SPECIAL],
  ['erfOf', ERROR_FUNCTION],
  ['tanhOf', TANH],
  ['softplusOf', SOFTPLUS],
] as const;

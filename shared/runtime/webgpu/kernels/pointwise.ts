import type {
  BinaryKind,
  BinaryOp,
  Finish,
  MapView,
  PoolOp,
  ResponseNormOp,
  Window,
} from '../../plan/graph.ts';
import { type BufferSource, type Dispatch, eachElement, float } from '../dispatch.ts';
import { finishFunction, SPECIAL } from '../finish.ts';
import { windowInts } from './convolution-spec.ts';

function countOf({ batch, channels, height, width }: MapView): number {
  return batch * channels * height * width;
}

export function activation(
  input: BufferSource,
  output: BufferSource,
  finish: Finish,
  view: MapView,
): Dispatch {
  return eachElement({
    reads: { X: input },
    writes: output,
    count: countOf(view),
    declarations: finishFunction(finish),
    body: 'Y[i]=finish(X[i]);',
  });
}

/** Each as a number made of `a` and `b`; `power` as JavaScript has it, which WGSL leaves open for negative bases. */
const OPERATORS = {
  add: 'a+b',
  multiply: 'a*b',
  subtract: 'a-b',
  divide: 'a/b',
  maximum: 'max(a,b)',
  minimum: 'min(a,b)',
  power: 'power(a,b)',
  keep: 'select(0.0,a,b>0.0)',
  drop: 'select(a,0.0,b>0.0)',
  equal: 'select(0.0,1.0,a==b)',
  greater: 'select(0.0,1.0,a>b)',
  'at-least': 'select(0.0,1.0,a>=b)',
  and: 'select(0.0,1.0,a!=0.0&&b!=0.0)',
  or: 'select(0.0,1.0,a!=0.0||b!=0.0)',
  'exclusive-or': 'select(0.0,1.0,(a!=0.0)!=(b!=0.0))',
} as const satisfies Record<BinaryKind, string>;

const POWER = `fn power(a:f32,b:f32)->f32{if(b==0.0){return 1.0;}if(a==0.0){if(b>0.0){return 0.0;}return special(INFINITE);}
let r=pow(abs(a),b);if(a>0.0){return r;}if(fract(b)!=0.0){return special(NOT_A_NUMBER);}let half=b*0.5;return select(-r,r,floor(half)==half);}
`;

/** Element by element; where the right operand has one value for all images, channels or pixels, it repeats. */
export function binary(
  left: BufferSource,
  right: BufferSource,
  output: BufferSource,
  { combine, turned, finish }: BinaryOp,
  [to, from]: readonly [MapView, MapView],
): Dispatch {
  const ends = finishFunction(finish);
  const needsSpecial = combine === 'power' && !ends.includes(SPECIAL);
  const operands = turned ? 'let a=R[at];let b=L[i];' : 'let a=L[i];let b=R[at];';
  const whole = countOf(to) === countOf(from);
  const area = from.height * from.width;
  const where = whole
    ? 'let at=i;'
    : 'let map=i/p.area;let at=map/p.channels*p.perImage+map%p.channels*p.perChannel+i%p.area*p.perPixel;';
  return eachElement({
    // A map beside itself is bound once for each.
    reads: { L: left, R: right },
    writes: output,
    count: countOf(to),
    ints: whole
      ? {}
      : {
          area: to.height * to.width,
          channels: to.channels,
          perImage: from.batch === 1 ? 0 : from.channels * area,
          perChannel: from.channels === 1 ? 0 : area,
          perPixel: area === 1 ? 0 : 1,
        },
    declarations: `${needsSpecial ? SPECIAL : ''}${ends}${combine === 'power' ? POWER : ''}`,
    body: `${where}${operands}Y[i]=finish(${OPERATORS[combine]});`,
  });
}

/** Response normalisation over neighbouring channels. */
export function responseNorm(
  input: BufferSource,
  output: BufferSource,
  { size, alpha, beta, bias }: ResponseNormOp,
  view: MapView,
): Dispatch {
  return eachElement({
    reads: { X: input },
    writes: output,
    count: countOf(view),
    ints: {
      area: view.height * view.width,
      channels: view.channels,
      size,
      before: Math.floor((size - 1) / 2),
    },
    floats: { share: alpha / size, bias, beta },
    body:
      'let map=i/p.area;let c=map%p.channels;var s=0.0;let first=max(0,c-p.before);let end=min(p.channels,c-p.before+p.size);' +
      'for(var k=first;k<end;k++){let v=X[i+(k-c)*p.area];s+=v*v;}' +
      `Y[i]=X[i]*${inversePower('(p.bias+p.share*s)', beta)};`,
  });
}

/** x^−exponent; by roots for AlexNet's ¾, which are exact where a power is a logarithm's approximation. */
function inversePower(x: string, exponent: number): string {
  if (exponent === 0.75) return `(inverseSqrt(${x})*inverseSqrt(sqrt(${x})))`;
  if (exponent === 0.5) return `inverseSqrt(${x})`;
  if (exponent === 1) return `(1.0/${x})`;
  return `pow(${x},${float(-exponent)})`;
}

/** The largest number of each window, or their mean. */
export function pool(
  input: BufferSource,
  output: BufferSource,
  { mode, window }: PoolOp,
  [from, to]: readonly [MapView, MapView],
): Dispatch {
  const max = mode === 'max';
  return eachElement({
    reads: { X: input },
    writes: output,
    count: countOf(to),
    ints: {
      ...windowInts({ window, from, to }),
      rows: to.height,
      ...(mode === 'average-padded' ? paddedEnds(window, from) : {}),
    },
    body:
      'let area=p.rows*p.columns;let map=i/area;let pixel=i-map*area;let start=map*p.height*p.width;' +
      `let y0=pixel/p.columns*p.strideY-p.beforeY;let x0=pixel%p.columns*p.strideX-p.beforeX;var s=${max ? '-3.4028234e38' : '0.0'};var n=0.0;\n` +
      'for(var ky=0;ky<p.kernelY;ky++){let y=y0+ky*p.dilationY;for(var kx=0;kx<p.kernelX;kx++){let x=x0+kx*p.dilationX;' +
      `${mode === 'average-padded' ? 'if(y<p.endY&&x<p.endX){n+=1.0;}' : ''}if(y>=0&&x>=0&&y<p.height&&x<p.width){let v=X[start+y*p.width+x];` +
      `${max ? 's=max(s,v);' : 's+=v;'}${mode === 'average-inside' ? 'n+=1.0;' : ''}}}}\n` +
      `Y[i]=${max ? 's' : 's/max(1.0,n)'};`,
  });
}

/** Where the padded map ends; windows may reach past that as well. */
function paddedEnds({ after }: Window, { height, width }: MapView) {
  return { endY: height + after[0], endX: width + after[1] };
}

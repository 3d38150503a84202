import type { BinaryKind, Finish, ResponseNormOp, SoftmaxOp } from '../../plan/graph.ts';
import { finisher, INFINITY, NOT_A_NUMBER } from '../finish.ts';
import { eachTarget, fetchFunction, float, HEADER, locate, outputs, type Target } from '../glsl.ts';
import type { Layout } from '../layout.ts';
import type { KernelContext, Pass } from '../pass.ts';
import { type Placed, slotSource } from './convolution-spec.ts';
import { type Reader, reader } from './reader.ts';

function wholePass(
  fragment: string,
  output: Placed,
  textures: Pass['textures'],
  readsPerTarget: number,
): Pass {
  const { width, height, layers } = output.layout;
  return {
    fragment,
    textures,
    target: output.slot,
    viewport: { x: 0, y: 0, width, height },
    macs: 0,
    reads: width * height * layers * readsPerTarget,
  };
}

export function activationPass(input: Placed, output: Placed, finish: Finish): Pass[] {
  const { layout } = output;
  const x = reader('X', input.layout, layout);
  const end = finisher(finish, layout);
  const body = eachTarget(layout, (target) => `o${target.index}=${end.apply(x.read(target), target)};`);
  const code = `${HEADER}${x.code}${outputs(layout.layers)}\n${end.code}void main(){${locate(layout)}${body}}`;
  return [wholePass(code, output, { X: slotSource(input) }, 1)];
}

/** Each as a function of two vectors; `power` as JavaScript has it, which GLSL leaves open for negative bases. */
const OPERATORS = {
  add: 'vec4 op(vec4 a,vec4 b){return a+b;}',
  multiply: 'vec4 op(vec4 a,vec4 b){return a*b;}',
  subtract: 'vec4 op(vec4 a,vec4 b){return a-b;}',
  divide: 'vec4 op(vec4 a,vec4 b){return a/b;}',
  maximum: 'vec4 op(vec4 a,vec4 b){return max(a,b);}',
  minimum: 'vec4 op(vec4 a,vec4 b){return min(a,b);}',
  power: `float power(float a,float b){if(b==0.0)return 1.0;if(a==0.0)return b>0.0?0.0:${INFINITY};
float p=pow(abs(a),b);if(a>0.0)return p;if(fract(b)!=0.0)return ${NOT_A_NUMBER};return mod(b,2.0)==0.0?p:-p;}
vec4 op(vec4 a,vec4 b){return vec4(power(a.x,b.x),power(a.y,b.y),power(a.z,b.z),power(a.w,b.w));}`,
  keep: 'vec4 op(vec4 a,vec4 b){return mix(vec4(0.0),a,greaterThan(b,vec4(0.0)));}',
  drop: 'vec4 op(vec4 a,vec4 b){return mix(a,vec4(0.0),greaterThan(b,vec4(0.0)));}',
  equal: 'vec4 op(vec4 a,vec4 b){return vec4(equal(a,b));}',
  greater: 'vec4 op(vec4 a,vec4 b){return vec4(greaterThan(a,b));}',
  'at-least': 'vec4 op(vec4 a,vec4 b){return vec4(greaterThanEqual(a,b));}',
  and: 'vec4 op(vec4 a,vec4 b){return vec4(notEqual(a,vec4(0)))*vec4(notEqual(b,vec4(0)));}',
  or: 'vec4 op(vec4 a,vec4 b){return max(vec4(notEqual(a,vec4(0))),vec4(notEqual(b,vec4(0))));}',
  'exclusive-or': 'vec4 op(vec4 a,vec4 b){return abs(vec4(notEqual(a,vec4(0)))-vec4(notEqual(b,vec4(0))));}',
} as const satisfies Record<BinaryKind, string>;

/** Element by element; along axes of length 1 the right operand repeats. */
export function binaryPass(
  left: Placed,
  right: Placed,
  output: Placed,
  {
    combine,
    turned,
    finish,
  }: { readonly combine: BinaryKind; readonly turned: boolean; readonly finish: Finish },
): Pass[] {
  const { layout } = output;
  const a = reader('L', left.layout, layout);
  const b = repeatedReader('R', right.layout, layout) ?? reader('R', right.layout, layout);
  const risky = combine === 'divide' || combine === 'power';
  const end = finisher(finish, layout, risky || undefined);
  const body = eachTarget(layout, (target) => {
    const operands = [a.read(target), b.read(target)];
    const value = `op(${turned ? operands.reverse() : operands})`;
    return `o${target.index}=${end.apply(value, target)};`;
  });
  const code = `${HEADER}${a.code}${b.code}${outputs(layout.layers)}\n${OPERATORS[combine]}\n${end.code}void main(){${locate(layout)}${body}}`;
  return [wholePass(code, output, { L: slotSource(left), R: slotSource(right) }, 2)];
}

/** Reads one element for all images, channels or pixels of the output; undefined where each has its own. */
function repeatedReader(name: string, layout: Layout, output: Layout): Reader | undefined {
  const [own, all] = [layout.view, output.view];
  const oneImage = all.batch > 1 && own.batch === 1;
  const oneChannel = all.channels > 1 && own.channels === 1;
  const onePixel = all.height * all.width > 1 && own.height * own.width === 1;
  if (!oneImage && !oneChannel && !onePixel) return undefined;
  return {
    code: fetchFunction(name, layout),
    read({ quad, y, x }) {
      const place = [oneImage ? '0' : 'n', oneChannel ? '0' : quad, ...(onePixel ? ['0', '0'] : [y, x])];
      const texel = `${name}_at(${place})`;
      return oneChannel ? `vec4(${texel}.x)` : texel;
    },
  };
}

/** Local response normalisation over neighbouring channels. */
export function responseNormPass(
  input: Placed,
  output: Placed,
  { size, alpha, beta, bias }: Pick<ResponseNormOp, 'size' | 'alpha' | 'beta' | 'bias'>,
): Pass[] {
  const { layout } = output;
  const { channels } = input.layout.view;
  const before = Math.floor((size - 1) / 2);
  const firstQuad = Math.floor(-before / 4);
  const lastQuad = Math.floor((3 - before + size - 1) / 4);
  let code = `${HEADER}${fetchFunction('X', input.layout)}${outputs(layout.layers)}\nvec4 norm(int n,int q,int y,int x){vec4 s=vec4(0),centre=vec4(0);`;
  code += `for(int d=${firstQuad};d<=${lastQuad};d++){if(q+d<0||q+d>=${input.layout.quads})continue;vec4 v=X_at(n,q+d,y,x);if(d==0)centre=v;`;
  // The last quad may hold lanes that are no channels.
  code += `vec4 at=float(d*4)+vec4(0,1,2,3);vec4 w=v*v*vec4(lessThan(at+float(q*4),vec4(${float(channels)})));`;
  for (const [lane, name] of ['x', 'y', 'z', 'w'].entries()) {
    code += `s.${name}+=dot(w,vec4(greaterThanEqual(at,vec4(${float(lane - before)})))*vec4(lessThanEqual(at,vec4(${float(lane - before + size - 1)}))));`;
  }
  const base = `(${float(bias)}+${float(alpha / size)}*s)`;
  code += `}vec4 b=${base};return centre*${inversePower('b', beta)};}\n`;
  code += `void main(){${locate(layout)}${eachTarget(layout, ({ index, quad, y, x }) => `o${index}=norm(n,${quad},${y},${x});`)}}`;
  return [wholePass(code, output, { X: slotSource(input) }, lastQuad - firstQuad + 1)];
}

/** x^−exponent; by roots for AlexNet's ¾, which are exact where a power is a logarithm's approximation. */
function inversePower(x: string, exponent: number): string {
  if (exponent === 0.75) return `(inversesqrt(${x})*inversesqrt(sqrt(${x})))`;
  if (exponent === 0.5) return `inversesqrt(${x})`;
  if (exponent === 1) return `(1.0/${x})`;
  return `pow(${x},vec4(${float(-exponent)}))`;
}

/** Softmax in two passes: largest value and sum of each lane into `between` (two layers), then the quotients. */
export function softmaxPasses(
  input: Placed,
  output: Placed,
  { axis, logarithm, noneIsZero = false }: Pick<SoftmaxOp, 'axis' | 'logarithm' | 'noneIsZero'>,
  context: KernelContext,
  laneLayout: Layout,
): Pass[] {
  const { view, quads } = input.layout;
  const spec = { width: laneLayout.width, height: laneLayout.height, layers: 2 };
  const lanes = { layout: laneLayout, slot: context.scratch(spec) };
  const walk = {
    channels: { count: quads, at: 'X_at(n,i,y,x)' },
    rows: { count: view.height, at: 'X_at(n,q,i,x)' },
    columns: { count: view.width, at: 'X_at(n,q,y,i)' },
  }[axis];
  const lowest = 'vec4(-3.402823466e38)';
  // Lanes of the last quad that are no channels must not count.
  const isChannel = `lessThan(float(i*4)+vec4(0,1,2,3),vec4(${float(view.channels)}))`;
  const largest = axis === 'channels' ? `m=max(m,mix(${lowest},v,${isChannel}));` : 'm=max(m,v);';
  const term = axis === 'channels' ? `exp(v-m)*vec4(${isChannel})` : 'exp(v-m)';
  let stats = `${HEADER}${fetchFunction('X', input.layout)}${outputs(2)}\nvoid main(){${locate(laneLayout)}int q=block,y=row,x=column;vec4 m=${lowest};`;
  stats += `for(int i=0;i<${walk.count};i++){vec4 v=${walk.at};${largest}}`;
  if (axis === 'channels') stats += 'm=vec4(max(max(m.x,m.y),max(m.z,m.w)));';
  stats += `vec4 s=vec4(0);for(int i=0;i<${walk.count};i++){vec4 v=${walk.at};s+=${term};}`;
  stats += `${axis === 'channels' ? 's=vec4(dot(s,vec4(1)));' : ''}`;
  // The peak is finite at least, so that −∞ alone adds up to nothing.
  if (noneIsZero) stats += 's=max(s,vec4(1.1754944e-38));';
  stats += 'o0=m;o1=s;}';

  const x = reader('X', input.layout, output.layout);
  const lane = (target: Target): string => {
    const q = axis === 'channels' ? '0' : target.quad;
    return `${q},${axis === 'rows' ? '0' : target.y},${axis === 'columns' ? '0' : target.x}`;
  };
  let code = `${HEADER}${x.code}${laneFetch(laneLayout)}${outputs(output.layout.layers)}\nvoid main(){${locate(output.layout)}`;
  code += eachTarget(output.layout, (target) => {
    const value = x.read(target);
    const at = lane(target);
    const result = logarithm
      ? `${value}-lane(n,${at},0)-log(lane(n,${at},1))`
      : `exp(${value}-lane(n,${at},0))/lane(n,${at},1)`;
    // Lanes that are no channels take no share, for products over channels read them.
    return axis === 'channels' && view.channels % 4 !== 0
      ? `o${target.index}=mix(vec4(0),${result},lessThan(float((${target.quad})*4)+vec4(0,1,2,3),vec4(${float(view.channels)})));`
      : `o${target.index}=${result};`;
  });
  return [
    {
      fragment: stats,
      textures: { X: slotSource(input) },
      target: lanes.slot,
      viewport: { x: 0, y: 0, width: laneLayout.width, height: laneLayout.height },
      macs: 0,
      reads: laneLayout.width * laneLayout.height * walk.count * 2,
    },
    wholePass(`${code}}`, output, { X: slotSource(input), S: { kind: 'slot', slot: lanes.slot } }, 3),
  ];
}

/** `lane(…, 0)` the largest value, `lane(…, 1)` the sum; the lanes lie untiled. */
function laneFetch({ blocks, blockRows, blockColumns, blocksPerFold }: Layout): string {
  return `uniform sampler2DArray S;
vec4 lane(int n,int q,int y,int x,int l){int b=n*${blocks}+q;return texelFetch(S,ivec3(b/${blocksPerFold}*${blockColumns}+x,b%${blocksPerFold}*${blockRows}+y,l),0);}
`;
}

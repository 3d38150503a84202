import { elementCount } from '../../../base/dims.ts';
import type { AxisSampling, MapView, MatrixProductOp, ResizeOp, RunsOp } from '../../plan/graph.ts';
import { eachTarget, fetchFunction, float, HEADER, locate, outputs } from '../glsl.ts';
import { type KernelContext, type Pass, Unsupported, type WeightTexture } from '../pass.ts';
import { inOnePiece } from '../pieces.ts';
import { reasons } from '../reasons.ts';
import { type Placed, slotSource, weightSource } from './convolution-spec.ts';
import { gatherPass, readElement } from './move.ts';

/** The sum of products as shader code, by how the matrices lie: of rank 2, 3 ([stack, M, K]) or 4. */
function productCode(
  left: MapView,
  right: MapView,
  output: MapView,
  { m, k, n }: MatrixProductOp,
): string | undefined {
  const is = (view: MapView, channels: number, height: number, width: number): boolean =>
    view.channels === channels && view.height === height && view.width === width;
  const lane = 'L_at(n,i>>2,0,0)[i&3]';
  // Vectors: the rows of the left matrix are images.
  if (
    left.batch === m &&
    right.batch === k &&
    is(left, k, 1, 1) &&
    is(right, n, 1, 1) &&
    is(output, n, 1, 1)
  ) {
    return `for(int i=0;i<${k};i++)s+=${lane}*R_at(i,q,0,0);`;
  }
  if (left.batch !== right.batch) return undefined;
  // Rows are channels, so four of them are summed at a time.
  if (is(left, m, 1, k) && is(right, k, 1, n) && is(output, m, 1, n)) {
    return `for(int i=0;i<${k};i++)s+=L_at(n,q,0,i)*R_at(n,i>>2,0,x)[i&3];`;
  }
  const stacked =
    is(left, left.channels, m, k) && is(right, left.channels, k, n) && is(output, left.channels, m, n);
  return stacked ? `for(int i=0;i<${k};i++)s+=L_at(n,q,y,i)*R_at(n,q,i,x);` : undefined;
}

/** A product of two stacks of matrices. */
export function matrixProductPass(left: Placed, right: Placed, output: Placed, op: MatrixProductOp): Pass[] {
  const { layout } = output;
  const product = productCode(left.layout.view, right.layout.view, layout.view, op);
  if (!product) return [elementwiseProduct(left, right, output, op)];
  let code = `${HEADER}${fetchFunction('L', left.layout)}${fetchFunction('R', right.layout)}${outputs(layout.layers)}\n`;
  code += `vec4 product(int n,int q,int y,int x){vec4 s=vec4(0);${product}return s;}\n`;
  const { height: rows, width: columns } = layout.view;
  const body = eachTarget(
    layout,
    ({ index, quad, y, x }) =>
      `o${index}=product(n,min(${quad},${layout.quads - 1}),min(${y},${rows - 1}),min(${x},${columns - 1}));`,
  );
  code += `void main(){${locate(layout)}${body}}`;
  const { width, height, layers } = layout;
  return [
    {
      fragment: code,
      textures: { L: slotSource(left), R: slotSource(right) },
      target: output.slot,
      viewport: { x: 0, y: 0, width, height },
      macs: width * height * layers * op.k * 4,
      reads: width * height * layers * op.k * 2,
    },
  ];
}

/** Stacks of any rank: element by element in row-major order. */
function elementwiseProduct(left: Placed, right: Placed, output: Placed, { m, k, n }: MatrixProductOp): Pass {
  let pick = `float left(int e){${readElement('X0', left.layout)}}\nfloat right(int e){${readElement('X1', right.layout)}}\n`;
  pick += `float pick(int e){int x=e%${n};int r=e/${n};int s=r/${m};float t=0.0;`;
  pick += `for(int i=0;i<${k};i++)t+=left(r*${k}+i)*right((s*${k}+i)*${n}+x);return t;}\n`;
  return gatherPass([left, right], output, pick, k * 2);
}

/** Weighted sums of the neighbours that the two samplings name. */
export function resizePass(
  input: Placed,
  output: Placed,
  { taps, rows, columns, nodes }: ResizeOp,
  { limits }: KernelContext,
): Pass[] {
  // Positions are numbers in a texture, which half floats hold exactly only up to 2048.
  if (limits.precision === 'half') throw new Unsupported(reasons.halfPositions);
  const { layout } = output;
  const { height, width } = layout.view;
  let code = `${HEADER}uniform sampler2D Y,X;${fetchFunction('V', input.layout)}${outputs(layout.layers)}\n`;
  code += 'vec4 sampled(int n,int q,int y,int x){vec4 s=vec4(0);';
  code += `for(int i=0;i<${taps};i++){vec2 r=texelFetch(Y,ivec2(i,y),0).xy;for(int j=0;j<${taps};j++){vec2 c=texelFetch(X,ivec2(j,x),0).xy;s+=r.y*c.y*V_at(n,q,int(r.x),int(c.x));}}return s;}\n`;
  const inside = (at: string, extent: number): string => `min(${at},${extent - 1})`;
  code += `void main(){${locate(layout)}${eachTarget(
    layout,
    ({ index, quad, y, x }) =>
      `o${index}=sampled(n,min(${quad},${layout.quads - 1}),${inside(y, height)},${inside(x, width)});`,
  )}}`;
  return [
    {
      fragment: code,
      textures: {
        V: slotSource(input),
        Y: weightSource(samplingTexture(`rows ${nodes.join()}`, rows, taps, limits.maxTextureSize)),
        X: weightSource(samplingTexture(`columns ${nodes.join()}`, columns, taps, limits.maxTextureSize)),
      },
      target: output.slot,
      viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
      macs: 0,
      reads: layout.width * layout.height * layout.layers * taps * (taps * 2 + 1),
    },
  ];
}

/** Row: an output position; column: a tap; texel: input position, weight. */
function samplingTexture(
  name: string,
  { index, weight }: AxisSampling,
  taps: number,
  maxTextureSize: number,
): WeightTexture {
  const height = index.length / taps;
  if (height > maxTextureSize) throw new Unsupported(reasons.tooManyPositions);
  return {
    // Other extents of the same layer sample otherwise.
    key: `${name} ${height} ${Math.max(...index)}`,
    width: taps,
    height,
    pack: () =>
      inOnePiece(taps, height, (texels) => {
        for (const [i, at] of index.entries()) {
          texels[i * 4] = at;
          texels[i * 4 + 1] = weight[i]!;
        }
      }),
  };
}

/** Runs longer than this are summed by too few invocations for a device. */
const MAX_RUN = 1 << 16;
/** Texels per row of the texture that holds one texel per run. */
const RUNS_PER_ROW = 1024;

/** Runs of contiguous elements, reduced or normalised each by itself. */
export function runsPasses(input: Placed, output: Placed, op: RunsOp, context: KernelContext): Pass[] {
  const { batch, channels, height, width } = input.layout.view;
  const { length } = op;
  const runs = elementCount([batch, channels, height, width]) / length;
  if (length > MAX_RUN) throw new Unsupported(reasons.longRuns(length));
  const element = `float element(int e){${readElement('X0', input.layout)}}\n`;
  const reduced = reduce(op);
  if (reduced) {
    const pick = `${element}float pick(int e){float s=${reduced.first};for(int i=0;i<${length};i++){float v=element(e*${length}+i);${reduced.step}}return ${reduced.last};}\n`;
    return [gatherPass([input], output, pick, length)];
  }
  const columns = Math.min(runs, RUNS_PER_ROW);
  const rows = Math.ceil(runs / columns);
  const between = context.scratch({ width: columns, height: rows, layers: 1 });
  const fetch = fetchFunction('X0', input.layout);
  const stats: Pass = {
    fragment: `${HEADER}${fetch}${outputs(1)}\n${element}void main(){int e=min(int(gl_FragCoord.y)*${columns}+int(gl_FragCoord.x),${runs - 1})*${length};${runStatistics(op)}}`,
    textures: { X0: slotSource(input) },
    target: between,
    viewport: { x: 0, y: 0, width: columns, height: rows },
    macs: 0,
    reads: columns * rows * length * 2,
  };
  const pick = `uniform sampler2DArray S;\n${element}float pick(int e){int r=e/${length};vec2 s=texelFetch(S,ivec3(r%${columns},r/${columns},0),0).xy;return (element(e)-s.x)*s.y;}\n`;
  const rescale = gatherPass([input], output, pick, 2);
  return [stats, { ...rescale, textures: { ...rescale.textures, S: { kind: 'slot', slot: between } } }];
}

function reduce({
  of,
  length,
}: RunsOp): { readonly first: string; readonly step: string; readonly last: string } | undefined {
  switch (of) {
    case 'sum':
      return { first: '0.0', step: 's+=v;', last: 's' };
    case 'mean':
      return { first: '0.0', step: 's+=v;', last: `s/${float(length)}` };
    case 'maximum':
      return { first: '-3.402823466e38', step: 's=max(s,v);', last: 's' };
    case 'minimum':
      return { first: '3.402823466e38', step: 's=min(s,v);', last: 's' };
    case 'standardise':
    case 'unit-sum':
    case 'unit-length':
    case 'unit-square':
      return undefined;
  }
}

/** Writes what is subtracted from the elements of the run that starts at `e`, and what they are multiplied by. */
function runStatistics({ of, length, epsilon }: RunsOp): string {
  const sum = (term: string): string =>
    `s=0.0;for(int i=0;i<${length};i++){float v=element(e+i);s+=${term};}`;
  if (of === 'standardise') {
    const mean = `float s;${sum('v')}float m=s/${float(length)};`;
    return `${mean}${sum('(v-m)*(v-m)')}o0=vec4(m,inversesqrt(s/${float(length)}+${float(epsilon)}),0,0);`;
  }
  if (of === 'unit-square')
    return `float s;${sum('v*v')}o0=vec4(0,inversesqrt(s/${float(length)}+${float(epsilon)}),0,0);`;
  const norm = of === 'unit-sum' ? 's' : 'sqrt(s)';
  return `float s;${sum(of === 'unit-sum' ? 'abs(v)' : 'v*v')}o0=vec4(0,s==0.0?0.0:1.0/${norm},0,0);`;
}

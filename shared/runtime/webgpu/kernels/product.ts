import type { MapView, MatrixProductOp } from '../../plan/graph.ts';
import type { KernelContext } from '../dispatch.ts';
import { type BufferSource, type Dispatch, dispatchOf, LANES } from '../dispatch.ts';
import {
  type ConvolutionSpec,
  type Ending,
  endingOf,
  packedFilters,
  windowInts,
} from './convolution-spec.ts';

/** Invocations of a workgroup lie in a square. */
const SIDE = Math.sqrt(LANES);
/** Terms of the sums that a workgroup holds at a time. */
const DEPTH = 16;

/** Stacks of [m, k] by [k, n]. */
interface Product {
  readonly left: BufferSource;
  /** Elements from row to row and from term to term of the left matrices, and how many there are before they repeat. */
  readonly rowStep: number;
  readonly termStep: number;
  readonly lefts: number;
  readonly right: BufferSource;
  /** Reads four neighbours of the right matrix of stack `z` as `right(z, k, n)`; row by row where left out. */
  readonly gather?: { readonly code: string; readonly ints: Readonly<Record<string, number>> };
  readonly output: BufferSource;
  readonly stacks: number;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly ending?: Ending;
  readonly macs: number;
}

/** Four neighbours of a row. */
const ROWS =
  'fn right(z:i32,k:i32,n:i32)->vec4f{let at=(z*p.k+k)*p.n+n;return vec4f(X[at],X[at+1],X[at+2],X[at+3]);}\n';

/**
 * A workgroup multiplies a band of rows by a band of columns, some terms at a time, which it brings into memory of its own;
 * each invocation keeps its sums, four columns to a vector.
 */
function productDispatch(product: Product): Dispatch {
  const { left, right, output, m, k, n, stacks, rowStep, termStep, lefts, gather, ending, macs } = product;
  // Vectors of four rows and of four columns for each invocation: more sums for each number read where there are enough.
  const rows = m >= 48 ? 2 : 1;
  const columns = n >= 48 ? 2 : 1;
  const [height, width] = [SIDE * 4 * rows, SIDE * 4 * columns];
  const declarations =
    `var<workgroup> A:array<vec4f,${DEPTH * SIDE * rows}>;\nvar<workgroup> C:array<vec4f,${DEPTH * SIDE * columns}>;\n` +
    `fn left(at:i32,k:i32,m:i32)->vec4f{if(k>=p.k){return vec4f(0.0);}let a=at+m*p.rowStep+k*p.termStep;` +
    `return vec4f(W[a],W[a+p.rowStep],W[a+2*p.rowStep],W[a+3*p.rowStep]);}\n${gather?.code ?? ROWS}` +
    `${ending?.declarations ?? 'fn ended(sum:f32,channel:i32,at:i32)->f32{return sum;}\n'}${STORE}`;
  return dispatchOf({
    reads: { W: left, X: right, ...ending?.reads },
    writes: output,
    ints: { m, k, n, lefts, rowStep, termStep, leftSize: m * k, ...gather?.ints },
    declarations,
    body: productBody(rows, columns),
    groups: [Math.ceil(n / width), Math.ceil(m / height), stacks],
    macs,
  });
}

function productBody(rows: number, columns: number): string {
  const [high, wide] = [SIDE * rows, SIDE * columns];
  const each = (count: number, make: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('');
  const sums = (make: (r: number, c: number) => string): string =>
    each(rows * 4, (r) => each(columns, (c) => make(r, c)));
  const list = (make: (r: number, c: number) => string): string =>
    Array.from({ length: rows * 4 * columns }, (_, i) => make(Math.floor(i / columns), i % columns)).join();
  return (
    `let z=i32(group.z);let at=(z%p.lefts)*p.leftSize;let m0=i32(group.y)*${high * 4};let n0=i32(group.x)*${wide * 4};\n` +
    `let tx=i32(lane)%${SIDE};let ty=i32(lane)/${SIDE};\n${sums((r, c) => `var s${r}_${c}=vec4f(0.0);`)}\n` +
    `for(var k0=0;k0<p.k;k0+=${DEPTH}){\n` +
    `for(var i=i32(lane);i<${DEPTH * high};i+=${LANES}){A[i]=left(at,k0+i/${high},m0+(i%${high})*4);}\n` +
    `for(var i=i32(lane);i<${DEPTH * wide};i+=${LANES}){let k=k0+i/${wide};if(k<p.k){C[i]=right(z,k,n0+(i%${wide})*4);}else{C[i]=vec4f(0.0);}}\n` +
    `workgroupBarrier();\nfor(var k=0;k<${DEPTH};k++){\n` +
    each(rows, (r) => `let a${r}=A[k*${high}+${r * SIDE}+ty];`) +
    each(columns, (c) => `let b${c}=C[k*${wide}+${c * SIDE}+tx];`) +
    sums((r, c) => `s${r}_${c}+=a${r >> 2}.${'xyzw'[r & 3]}*b${c};`) +
    `}\nworkgroupBarrier();}\n` +
    `var all=array<vec4f,${rows * 4 * columns}>(${list((r, c) => `s${r}_${c}`)});\n` +
    `for(var r=0;r<${rows * 4};r++){for(var c=0;c<${columns};c++){` +
    `store(z,m0+(r>>2u)*${SIDE * 4}+(r&3)+ty*4,n0+c*${SIDE * 4}+tx*4,all[r*${columns}+c]);}}`
  );
}

/** Four neighbours into the output, but those past its edge. */
const STORE =
  'fn store(z:i32,m:i32,n:i32,s:vec4f){if(m>=p.m){return;}let at=(z*p.m+m)*p.n+n;let channel=(z%p.lefts)*p.m+m;' +
  'for(var i=0;i<4;i++){if(n+i<p.n){Y[at+i]=ended(s[i],channel,at+i);}}}\n';

/** A product of two stacks of matrices. */
export function matrixProduct(
  left: BufferSource,
  right: BufferSource,
  output: BufferSource,
  { m, k, n, macs }: MatrixProductOp,
  stacks: number,
): Dispatch {
  return productDispatch({
    left,
    right,
    output,
    m,
    k,
    n,
    stacks,
    lefts: stacks,
    rowStep: k,
    termStep: 1,
    macs,
  });
}

/** The products of each frequency of Winograd's algorithm: filters [frequency][in][out] by maps [frequency][in][tile]. */
export function frequencyProducts(
  filters: BufferSource,
  maps: BufferSource,
  output: BufferSource,
  { frequencies, ins, outs, tiles }: Readonly<Record<'frequencies' | 'ins' | 'outs' | 'tiles', number>>,
): Dispatch {
  return productDispatch({
    left: filters,
    right: maps,
    output,
    m: outs,
    k: ins,
    n: tiles,
    stacks: frequencies,
    lefts: frequencies,
    rowStep: 1,
    termStep: outs,
    macs: frequencies * ins * outs * tiles,
  });
}

/** Whether a convolution reads every pixel once, where it lies. */
export function isPointwise({ window: { kernel, stride, before, after } }: ConvolutionSpec): boolean {
  return [...kernel, ...stride].every((n) => n === 1) && [...before, ...after].every((n) => n === 0);
}

/** A convolution as a product of its filters and of the windows of its input, which are gathered as they are needed. */
export function productConvolution(spec: ConvolutionSpec, context: KernelContext): Dispatch {
  const { from, to, groups, window, macs } = spec;
  const m = to.channels / groups;
  const k = (from.channels / groups) * window.kernel[0] * window.kernel[1];
  return productDispatch({
    left: turnedFilters(spec, context, m, k),
    rowStep: 1,
    termStep: m,
    lefts: groups,
    right: spec.input,
    ...(isPointwise(spec) ? {} : { gather: gatherWindows(spec, from) }),
    output: spec.output,
    stacks: to.batch * groups,
    m,
    k,
    n: to.height * to.width,
    ending: endingOf(spec, context),
    macs,
  });
}

/** [group][term][filter]: neighbours are what neighbouring invocations read. */
function turnedFilters(spec: ConvolutionSpec, context: KernelContext, m: number, k: number): BufferSource {
  const { groups } = spec;
  return packedFilters(spec, context, 'turned', groups * m * k, ({ weight, scale }, packed) => {
    for (let g = 0; g < groups; g++) {
      for (let o = 0; o < m; o++) {
        const filter = g * m + o;
        for (let i = 0; i < k; i++)
          packed[(g * k + i) * m + o] = (weight ? weight[filter * k + i]! : 1) * scale[filter]!;
      }
    }
  });
}

function gatherWindows(spec: ConvolutionSpec, from: MapView): Product['gather'] {
  return {
    code:
      'fn pixel(start:i32,y0:i32,x0:i32,n:i32)->f32{let oy=n/p.columns;let y=oy*p.strideY+y0;let x=(n-oy*p.columns)*p.strideX+x0;' +
      'if(y<0||x<0||y>=p.height||x>=p.width||n>=p.n){return 0.0;}return X[start+y*p.width+x];}\n' +
      'fn right(z:i32,k:i32,n:i32)->vec4f{let taps=p.kernelY*p.kernelX;let c=k/taps;let tap=k-c*taps;let ky=tap/p.kernelX;' +
      'let start=(z*p.depth+c)*p.height*p.width;let y0=ky*p.dilationY-p.beforeY;let x0=(tap-ky*p.kernelX)*p.dilationX-p.beforeX;' +
      'return vec4f(pixel(start,y0,x0,n),pixel(start,y0,x0,n+1),pixel(start,y0,x0,n+2),pixel(start,y0,x0,n+3));}\n',
    ints: { ...windowInts(spec), depth: from.channels / spec.groups },
  };
}

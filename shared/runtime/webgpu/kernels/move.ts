import { elementCount } from '../../../base/dims.ts';
import type { AxisSampling, MapView, PadOp, Piece, ResizeOp } from '../../plan/graph.ts';
import { type BufferSource, type Dispatch, eachElement, Unsupported, weightSource } from '../dispatch.ts';

/** Elements of an input to where a piece says that they belong. */
export function movePiece(
  input: BufferSource,
  output: BufferSource,
  { extents, from, to, offset, start = 0 }: Piece,
): Dispatch {
  const axes = [...extents.keys()].filter((axis) => extents[axis]! > 1);
  let code = `var rest=i;var source=p.start;var place=p.offset;\n`;
  const ints: Record<string, number> = { start, offset };
  // The last axis runs fastest, so that neighbours are read by neighbours.
  for (const axis of axes.toReversed()) {
    if (to[axis] === 0) throw new Unsupported('elements that are written more than once');
    code += `{let k=rest%p.extent${axis};rest/=p.extent${axis};source+=k*p.from${axis};place+=k*p.to${axis};}\n`;
    Object.assign(ints, {
      [`extent${axis}`]: extents[axis]!,
      [`from${axis}`]: from[axis]!,
      [`to${axis}`]: to[axis]!,
    });
  }
  return eachElement({
    reads: { X: input },
    writes: output,
    count: elementCount(extents),
    ints,
    body: `${code}Y[place]=X[source];`,
  });
}

/** Zeros where no piece brings anything. */
export function clear(output: BufferSource, count: number): Dispatch {
  return eachElement({ reads: {}, writes: output, count, body: 'Y[i]=0.0;' });
}

/** Rearranged elements, piece by piece, one from each input. */
export function rearrange(
  inputs: readonly BufferSource[],
  output: BufferSource,
  pieces: readonly Piece[],
  zeroed: boolean,
  count: number,
): Dispatch[] {
  const moves = pieces.map((piece, i) => movePiece(inputs[i]!, output, piece));
  return zeroed ? [clear(output, count), ...moves] : moves;
}

/** Maps one after the other along channels. */
export function concat(
  inputs: readonly BufferSource[],
  output: BufferSource,
  views: readonly MapView[],
  to: MapView,
): Dispatch[] {
  const area = to.height * to.width;
  let offset = 0;
  return inputs.map((input, i) => {
    const own = views[i]!.channels * area;
    const piece: Piece = {
      extents: [to.batch, own],
      from: [own, 1],
      to: [to.channels * area, 1],
      offset,
    };
    offset += own;
    return movePiece(input, output, piece);
  });
}

export function pad(
  input: BufferSource,
  output: BufferSource,
  { mode, value, before }: PadOp,
  [from, to]: readonly [MapView, MapView],
): Dispatch {
  const read = 'Y[i]=X[map*p.height*p.width+y*p.width+x];';
  const inside = {
    constant: `if(y0<0||x0<0||y0>=p.height||x0>=p.width){Y[i]=p.value;return;}let y=y0;let x=x0;${read}`,
    edge: `let y=clamp(y0,0,p.height-1);let x=clamp(x0,0,p.width-1);${read}`,
    reflect: `let a=abs(y0);let b=abs(x0);let y=select(2*(p.height-1)-a,a,a<p.height);let x=select(2*(p.width-1)-b,b,b<p.width);${read}`,
  }[mode];
  return eachElement({
    reads: { X: input },
    writes: output,
    count: elementCount([to.batch, to.channels, to.height, to.width]),
    ints: {
      height: from.height,
      width: from.width,
      rows: to.height,
      columns: to.width,
      beforeY: before[0],
      beforeX: before[1],
    },
    floats: { value },
    body: `let map=i/(p.rows*p.columns);let y0=i/p.columns%p.rows-p.beforeY;let x0=i%p.columns-p.beforeX;${inside}`,
  });
}

/** Weighted sums of the neighbours that the two samplings name. */
export function resize(
  input: BufferSource,
  output: BufferSource,
  { taps, rows, columns, nodes }: ResizeOp,
  [from, to]: readonly [MapView, MapView],
): Dispatch {
  return eachElement({
    reads: {
      X: input,
      U: samplingTable(`rows ${nodes.join()}`, rows),
      V: samplingTable(`columns ${nodes.join()}`, columns),
    },
    writes: output,
    count: elementCount([to.batch, to.channels, to.height, to.width]),
    ints: { taps, height: from.height, width: from.width, rows: to.height, columns: to.width },
    body:
      'let map=i/(p.rows*p.columns);let r=i/p.columns%p.rows*p.taps;let c=i%p.columns*p.taps;var s=0.0;\n' +
      'for(var a=0;a<p.taps;a++){let row=map*p.height+i32(U[(r+a)*2]);for(var b=0;b<p.taps;b++){' +
      's+=U[(r+a)*2+1]*V[(c+b)*2+1]*X[row*p.width+i32(V[(c+b)*2])];}}Y[i]=s;',
  });
}

/** Input positions and their weights by turns. */
function samplingTable(name: string, { index, weight }: AxisSampling): BufferSource {
  // Other extents of the same layer sample otherwise.
  return weightSource(`${name} ${index.length} ${Math.max(...index)}`, index.length * 2, () =>
    Float32Array.from({ length: index.length * 2 }, (_, i) =>
      i % 2 === 0 ? index[i >> 1]! : weight[i >> 1]!,
    ),
  );
}

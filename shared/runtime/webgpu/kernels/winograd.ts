import { transformColumns, transformedAt } from '../../plan/winograd-filter.ts';
import { type BufferSource, type Dispatch, eachElement, type KernelContext } from '../dispatch.ts';
import { type ConvolutionSpec, endingOf, packedFilters } from './convolution-spec.ts';
import { frequencyProducts } from './product.ts';

const FREQUENCIES = 36;
/** Channels from which on the products that are saved pay for the transforms. */
const CHANNELS = 16;

/** Whether a convolution is one of 3×3 windows side by side, and its transformed maps fit the device. */
export function suitsWinograd(
  { from, to, window, groups }: ConvolutionSpec,
  { limits }: KernelContext,
): boolean {
  const isOne = (pair: readonly [number, number]): boolean => pair[0] === 1 && pair[1] === 1;
  if (groups !== 1 || window.kernel[0] !== 3 || window.kernel[1] !== 3) return false;
  if (!isOne(window.stride) || !isOne(window.dilation)) return false;
  if (from.channels < CHANNELS || to.channels < CHANNELS || to.height < 4 || to.width < 4) return false;
  const largest = Math.max(from.channels, to.channels) * tilesOf(to);
  return FREQUENCIES * largest * 4 <= limits.bufferBytes;
}

function tilesOf({ batch, height, width }: ConvolutionSpec['to']): number {
  return batch * Math.ceil(height / 4) * Math.ceil(width / 4);
}

/** F(4×4, 3×3): tiles of six by six numbers to frequencies, a product for each of them, and back to four by four outputs. */
export function winogradConvolution(spec: ConvolutionSpec, context: KernelContext): Dispatch[] {
  const { from, to } = spec;
  const tiles = tilesOf(to);
  const maps = context.scratch(FREQUENCIES * from.channels * tiles);
  const sums = context.scratch(FREQUENCIES * to.channels * tiles);
  const sizes = { frequencies: FREQUENCIES, ins: from.channels, outs: to.channels, tiles };
  return [
    toFrequencies(spec, maps, tiles),
    { ...frequencyProducts(frequencyFilters(spec, context), maps, sums, sizes), macs: spec.macs },
    fromFrequencies(spec, sums, tiles, context),
  ];
}

/** [frequency][in][out]. */
function frequencyFilters(spec: ConvolutionSpec, context: KernelContext): BufferSource {
  const [ins, outs] = [spec.from.channels, spec.to.channels];
  return packedFilters(spec, context, 'winograd', FREQUENCIES * ins * outs, ({ weight, scale }, packed) => {
    const half = new Float64Array(18);
    for (let o = 0; o < outs; o++) {
      for (let c = 0; c < ins; c++) {
        transformColumns(weight!, (o * ins + c) * 9, scale[o]!, half);
        let at = c * outs + o;
        for (let i = 0; i < 18; i += 3) {
          for (let k = 0; k < 18; k += 3, at += ins * outs) packed[at] = transformedAt(half, i, k);
        }
      }
    }
  });
}

/** Where a tile is. */
const TILE =
  'let perImage=p.down*p.across4;let image=tile/perImage;let place=tile-image*perImage;let ty=place/p.across4;let tx=place-ty*p.across4;\n';

const INTO =
  'fn into(a:array<f32,6>)->array<f32,6>{return array<f32,6>(4.0*a[0]-5.0*a[2]+a[4],a[3]+a[4]-4.0*(a[1]+a[2]),a[4]-a[3]+4.0*(a[1]-a[2]),' +
  'a[4]-a[2]+2.0*(a[3]-a[1]),a[4]-a[2]-2.0*(a[3]-a[1]),4.0*a[1]-5.0*a[3]+a[5]);}\n';

function tileInts({ to }: ConvolutionSpec, tiles: number) {
  return { tiles, down: Math.ceil(to.height / 4), across4: Math.ceil(to.width / 4) };
}

function toFrequencies(spec: ConvolutionSpec, maps: BufferSource, tiles: number): Dispatch {
  const { from, window } = spec;
  return eachElement({
    reads: { X: spec.input },
    writes: maps,
    count: from.channels * tiles,
    ints: {
      ...tileInts(spec, tiles),
      channels: from.channels,
      height: from.height,
      width: from.width,
      beforeY: window.before[0],
      beforeX: window.before[1],
    },
    declarations: INTO,
    body:
      `let c=i/p.tiles;let tile=i-c*p.tiles;${TILE}` +
      'let start=(image*p.channels+c)*p.height*p.width;let y0=ty*4-p.beforeY;let x0=tx*4-p.beforeX;var half:array<array<f32,6>,6>;\n' +
      'for(var x=0;x<6;x++){var a:array<f32,6>;for(var y=0;y<6;y++){let iy=y0+y;let ix=x0+x;' +
      'var v=0.0;if(iy>=0&&ix>=0&&iy<p.height&&ix<p.width){v=X[start+iy*p.width+ix];}a[y]=v;}half[x]=into(a);}\n' +
      'for(var f=0;f<6;f++){let b=into(array<f32,6>(half[0][f],half[1][f],half[2][f],half[3][f],half[4][f],half[5][f]));' +
      'for(var g=0;g<6;g++){Y[((f*6+g)*p.channels+c)*p.tiles+tile]=b[g];}}',
  });
}

const BACK =
  'fn back(a:array<f32,6>)->array<f32,4>{let s=a[1]+a[2];let d=a[1]-a[2];let t=a[3]+a[4];let e=a[3]-a[4];' +
  'return array<f32,4>(a[0]+s+t,d+2.0*e,s+4.0*t,d+8.0*e+a[5]);}\n';

function fromFrequencies(
  spec: ConvolutionSpec,
  sums: BufferSource,
  tiles: number,
  context: KernelContext,
): Dispatch {
  const { to } = spec;
  const ending = endingOf(spec, context);
  return eachElement({
    reads: { S: sums, ...ending.reads },
    writes: spec.output,
    count: to.channels * tiles,
    ints: { ...tileInts(spec, tiles), outs: to.channels, rows: to.height, columns: to.width },
    declarations: `${BACK}${ending.declarations}`,
    body:
      `let c=i/p.tiles;let tile=i-c*p.tiles;${TILE}` +
      'var half:array<array<f32,4>,6>;for(var g=0;g<6;g++){var a:array<f32,6>;' +
      'for(var f=0;f<6;f++){a[f]=S[((f*6+g)*p.outs+c)*p.tiles+tile];}half[g]=back(a);}\n' +
      'for(var y=0;y<4;y++){let b=back(array<f32,6>(half[0][y],half[1][y],half[2][y],half[3][y],half[4][y],half[5][y]));' +
      'for(var x=0;x<4;x++){let oy=ty*4+y;let ox=tx*4+x;if(oy<p.rows&&ox<p.columns){' +
      'let at=((image*p.outs+c)*p.rows+oy)*p.columns+ox;Y[at]=ended(b[x],c,at);}}}',
  });
}

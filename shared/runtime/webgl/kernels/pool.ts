import type { PoolOp, Window } from '../../plan/graph.ts';
import { eachTarget, fetchFunction, float, HEADER, knob, locate, outputs } from '../glsl.ts';
import type { KernelContext, Pass } from '../pass.ts';
import { type Placed, slotSource } from './convolution-spec.ts';
import { axisOf, blockOrigin, declareTaps, layerIndex, readAt } from './taps.ts';

export interface PoolSpec {
  readonly input: Placed;
  readonly output: Placed;
  readonly window: Window;
  readonly mode: PoolOp['mode'];
}

/** Reads per invocation beyond which the window is a loop. */
const MAX_UNROLLED_READS = 128;
/** A window beyond this is a loop too: the whole map of a global pool, whose program is then the same for all sizes. */
const MAX_UNROLLED_TAPS = 25;
/** Stands for −∞, which not every driver takes as a literal. */
const LOWEST = '-3.402823466e38';

/** Max or average pooling in one pass. Windows that overlap share their reads while the tile stays small. */
export function pool(spec: PoolSpec): Pass[] {
  const rows = declareTaps(axisOf(spec, 0));
  const columns = declareTaps(axisOf(spec, 1));
  const { layout } = spec.output;
  const shared = rows.count * columns.count;
  const unrolled =
    shared <= MAX_UNROLLED_READS &&
    spec.window.kernel[0] * spec.window.kernel[1] <= MAX_UNROLLED_TAPS &&
    spec.input.layout.tile.quads === layout.tile.quads;
  const [kernelY, kernelX] = spec.window.kernel;
  const reads = unrolled ? shared * layout.tile.quads : kernelY * kernelX * layout.layers;
  return [
    {
      fragment: unrolled ? unrolledSource(spec) : loopSource(spec),
      textures: { X: slotSource(spec.input) },
      target: spec.output.slot,
      viewport: { x: 0, y: 0, width: layout.width, height: layout.height },
      macs: 0,
      reads: reads * layout.width * layout.height,
    },
  ];
}

function unrolledSource({ input, output, window, mode }: PoolSpec): string {
  const { layout } = output;
  const { tile } = layout;
  const rows = declareTaps(axisOf({ input, output, window }, 0));
  const columns = declareTaps(axisOf({ input, output, window }, 1));
  const max = mode === 'max';
  let code = `${HEADER}uniform sampler2DArray X;${outputs(layout.layers)}\nvoid main(){${locate(layout)}${rows.code}${columns.code}`;
  code += blockOrigin(
    input.layout,
    input.layout.view.batch === 1 ? 'block' : `n*${knob(input.layout.blocks)}+block`,
  );
  for (let g = 0; g < tile.quads; g++) {
    code += '\n{';
    for (let r = 0; r < rows.count; r++) {
      for (let c = 0; c < columns.count; c++) {
        const layer = layerIndex(input.layout, String(g), rows.phase(r), columns.phase(c));
        const read = readAt('X', input.layout, columns.coordinate(c), rows.coordinate(r), layer);
        const masks = [rows.masked ? rows.mask(r) : '', columns.masked ? columns.mask(c) : ''].filter(
          (m) => m !== '',
        );
        const value = `i${r}_${c}`;
        code += `vec4 ${value}=${read};${masked(value, masks, max)}\n`;
      }
    }
    for (let i = 0; i < tile.rows; i++) {
      for (let j = 0; j < tile.columns; j++) {
        const taps: string[] = [];
        for (let ky = 0; ky < window.kernel[0]; ky++) {
          for (let kx = 0; kx < window.kernel[1]; kx++)
            taps.push(`i${rows.index(i, ky)}_${columns.index(j, kx)}`);
        }
        const total = max ? taps.reduce((a, b) => `max(${a},${b})`) : `(${taps.join('+')})`;
        const y = `row*${tile.rows}+${i}`;
        const x = `column*${tile.columns}+${j}`;
        code += `o${(g * tile.rows + i) * tile.columns + j}=${total}${max ? '' : share({ input, output, window, mode }, y, x)};`;
      }
    }
    code += '}';
  }
  return `${code}}`;
}

/** What counts where a mask is 0: nothing in a sum, and less than anything where the largest is sought. */
function masked(value: string, masks: readonly string[], max: boolean): string {
  if (masks.length === 0) return '';
  const factor = masks.join('*');
  return max ? `if(${factor}==0.0)${value}=vec4(${LOWEST});` : `${value}*=${factor};`;
}

/** Any window: loops over the taps that lie in the map. */
function loopSource(spec: PoolSpec): string {
  const { input, output, window, mode } = spec;
  const { layout } = output;
  const max = mode === 'max';
  const [kernelY, kernelX] = window.kernel;
  const { height, width } = input.layout.view;
  let code = `${HEADER}${fetchFunction('X', input.layout)}${outputs(layout.layers)}\n`;
  code += `vec4 pool(int n,int q,int oy,int ox){vec4 a=vec4(${max ? LOWEST : '0'});for(int ky=0;ky<${knob(kernelY)};ky++){int y=oy*${window.stride[0]}-${window.before[0]}+ky*${window.dilation[0]};if(y<0||y>=${knob(height)})continue;`;
  code += `vec4 s=vec4(${max ? LOWEST : '0'});for(int kx=0;kx<${knob(kernelX)};kx++){int x=ox*${window.stride[1]}-${window.before[1]}+kx*${window.dilation[1]};if(x<0||x>=${knob(width)})continue;`;
  code += `vec4 v=X_at(n,q,y,x);${max ? 's=max(s,v);' : 's+=v;'}}${max ? 'a=max(a,s);' : 'a+=s;'}}return a;}\n`;
  code += `void main(){${locate(layout)}`;
  code += eachTarget(
    layout,
    ({ index, quad, y, x }) => `o${index}=pool(n,${quad},${y},${x})${max ? '' : share(spec, y, x)};`,
  );
  return `${code}}`;
}

/** The factor that makes a window's sum its mean: a constant where every window is whole. */
function share({ input, window, mode }: PoolSpec, y: string, x: string): string {
  const { height, width } = input.layout.view;
  const padded = mode === 'average-padded';
  const rows = counted(y, window, 0, height, padded);
  const columns = counted(x, window, 1, width, padded);
  return `/(${rows}*${columns})`;
}

/** How many taps of a window along one axis lie in the map, or in the padded map. */
function counted(at: string, window: Window, axis: 0 | 1, extent: number, padded: boolean): string {
  const before = window.before[axis];
  const from = padded ? -before : 0;
  const to = extent + (padded ? window.after[axis] : 0);
  const dilation = window.dilation[axis];
  const start = `float((${at})*${window.stride[axis]}-${before})`;
  const first = `max(0.0,ceil((${float(from)}-${start})/${float(dilation)}))`;
  const end = `min(${float(window.kernel[axis])},ceil((${float(to)}-${start})/${float(dilation)}))`;
  return `max(1.0,${end}-${first})`;
}

/** Rows of a large map are summed one by one first, so that there is work for more than one invocation per channel. */
const MAX_GLOBAL_AREA = 1024;

/** One value per channel: in one pass, or rows first and then their results. */
export function globalPool(
  {
    input,
    output,
    mode,
  }: { readonly input: Placed; readonly output: Placed; readonly mode: 'max' | 'average' },
  context: KernelContext,
  layoutOfRows: () => Placed['layout'] | undefined,
): Pass[] {
  const { height, width } = input.layout.view;
  const window = (kernel: readonly [number, number]): Window => ({
    kernel,
    stride: [1, 1],
    dilation: [1, 1],
    before: [0, 0],
    after: [0, 0],
  });
  const kind = mode === 'max' ? 'max' : 'average-inside';
  const rows = height * width > MAX_GLOBAL_AREA && height > 1 ? layoutOfRows() : undefined;
  if (!rows) return pool({ input, output, window: window([height, width]), mode: kind });
  const between = { layout: rows, slot: context.scratch(rows) };
  return [
    ...pool({ input, output: between, window: window([1, width]), mode: kind }),
    ...pool({ input: between, output, window: window([height, 1]), mode: kind }),
  ];
}

import {
  divide,
  eachTarget,
  float,
  floatKnob,
  HEADER,
  knob,
  locate,
  modulo,
  outputs,
  texelAt,
} from '../glsl.ts';
import { Unsupported } from '../pass.ts';
import { reasons } from '../reasons.ts';
import type { ConvolutionSpec, Depth } from './convolution-spec.ts';
import type { Packing } from './direct-filters.ts';
import { type Ending, endingOf } from './ending.ts';
import { type Axis, axisOf, blockOrigin, declareTaps, layerIndex, readAt, type Taps } from './taps.ts';
import type { Unrolling } from './unrolling.ts';

/** The shader of a direct convolution. */
export class DirectSource {
  readonly ending: Ending;
  private readonly spec: ConvolutionSpec;
  private readonly depth: Depth;
  private readonly packing: Packing;
  private readonly unrolling: Unrolling;
  private readonly rowAxis: Axis;
  private readonly columns: Taps;
  private readonly rows: Taps | undefined;
  private reads = 0;

  constructor(spec: ConvolutionSpec, depth: Depth, packing: Packing, unrolling: Unrolling) {
    this.spec = spec;
    this.ending = endingOf(spec);
    this.depth = depth;
    this.packing = packing;
    this.unrolling = unrolling;
    const { layout } = spec.input;
    this.rowAxis = axisOf(spec, 0);
    const columnAxis = axisOf(spec, 1);
    this.columns = declareTaps(unrolling === 'none' ? { ...columnAxis, kernel: 1 } : columnAxis);
    this.rows = unrolling === 'full' ? declareTaps(this.rowAxis) : undefined;
    if (layout.layers === 0) throw new Unsupported(reasons.emptyInput);
  }

  get readsPerInvocation(): number {
    return this.reads;
  }

  fragment(): string {
    const { layout } = this.spec.output;
    const { ending } = this;
    let code = `${HEADER}uniform sampler2DArray X;uniform sampler2D Wt;${ending.code}${outputs(layout.layers)}\n`;
    code += `void main(){${locate(layout)}`;
    code += eachTarget(layout, ({ index, quad }) => `vec4 a${index}=${ending.bias(quad)};`);
    this.reads = layout.layers * ending.readsPerTarget;
    if (this.unrolling !== 'none') code += this.columns.code;
    code += this.rows?.code ?? '';
    code += this.depthLoop();
    code += eachTarget(layout, (target) => ending.write(`a${target.index}`, target));
    return `${code}}`;
  }

  /** Over input quads; two at a time where they lie in two layers, so that layers are constants. */
  private depthLoop(): string {
    const { tile, blocks } = this.spec.input.layout;
    const { count, first } = this.depth;
    const pairs = tile.quads === 2 && first === undefined && count % 2 === 0;
    const image = this.spec.input.layout.view.batch === 1 ? '' : `n*${knob(blocks)}+`;
    if (pairs) {
      const halves = [0, 1].map(
        (g) =>
          `{int ig=ib*2+${g};${blockOrigin(this.spec.input.layout, `${image}ib`)}${this.taps(String(g))}}`,
      );
      this.reads += count * this.readsPerQuad();
      return `for(int ib=0;ib<${knob(count / 2)};ib++){${halves.join('\n')}}\n`;
    }
    const quad = first === undefined ? 'ig' : `(start+ig)`;
    let code = first === undefined ? '' : `int start=${first};`;
    code += `for(int ig=0;ig<${knob(count)};ig++){`;
    code +=
      tile.quads === 1
        ? blockOrigin(this.spec.input.layout, `${image}${quad}`)
        : `int ib=${divide(quad, tile.quads)};int gp=${modulo(quad, tile.quads)};${blockOrigin(this.spec.input.layout, `${image}ib`)}`;
    this.reads += count * this.readsPerQuad();
    return `${code}${this.taps(tile.quads === 1 ? '0' : 'gp')}}\n`;
  }

  private readsPerQuad(): number {
    const { tile } = this.spec.output.layout;
    const [kernelY, kernelX] = this.spec.window.kernel;
    const weights = kernelY * kernelX * tile.quads * 4;
    switch (this.unrolling) {
      case 'full':
        return this.rows!.count * this.columns.count + weights;
      case 'rows':
        return kernelY * tile.rows * this.columns.count + weights;
      case 'none':
        return kernelY * kernelX * tile.rows * tile.columns + weights;
    }
  }

  /** Adds one input quad to all sums. */
  private taps(quadPhase: string): string {
    const { perRow, rows, unit, texture } = this.packing;
    const wraps = perRow < this.depth.count;
    let code = `mat4 W;float ws=${floatKnob(1 / texture.width)};`;
    code += wraps
      ? `int wx=(ig%${knob(perRow)})*${unit};float wy=(float(block*${knob(rows)}+ig/${knob(perRow)})+0.5)*${floatKnob(1 / texture.height)};`
      : `int wx=ig*${unit};float wy=(float(block)+0.5)*${floatKnob(1 / texture.height)};`;
    switch (this.unrolling) {
      case 'full':
        return `${code}float wf=(float(wx)+0.5)*ws;\n${this.fullTaps(quadPhase)}`;
      case 'rows':
        return `${code}${this.rowTaps(quadPhase)}`;
      case 'none':
        return `${code}${this.loopTaps(quadPhase)}`;
    }
  }

  private accumulate(g: number, i: number, j: number, value: string): string {
    const { rows, columns } = this.spec.output.layout.tile;
    const sum = `a${(g * rows + i) * columns + j}`;
    return `${sum}+=W*${value};`;
  }

  private fullTaps(quadPhase: string): string {
    const rows = this.rows!;
    const { columns } = this;
    const { layout } = this.spec.input;
    const { tile } = this.spec.output.layout;
    const [kernelY, kernelX] = this.spec.window.kernel;
    let code = '';
    const loaded = new Set<number>();
    for (let ky = 0; ky < kernelY; ky++) {
      for (let i = 0; i < tile.rows; i++) {
        const r = rows.index(i, ky);
        if (loaded.has(r)) continue;
        loaded.add(r);
        for (let c = 0; c < columns.count; c++) {
          const layer = layerIndex(layout, quadPhase, rows.phase(r), columns.phase(c));
          const masks = [rows.masked ? rows.mask(r) : '', columns.masked ? columns.mask(c) : ''].filter(
            (m) => m !== '',
          );
          const factor =
            masks.length === 0 ? '' : `*${masks.length === 1 ? masks[0] : `(${masks.join('*')})`}`;
          code += `vec4 i${r}_${c}=${readAt('X', layout, columns.coordinate(c), rows.coordinate(r), layer)}${factor};\n`;
        }
      }
      for (let kx = 0; kx < kernelX; kx++) {
        for (let g = 0; g < tile.quads; g++) {
          code += this.weights((ky * kernelX + kx) * tile.quads + g);
          for (let i = 0; i < tile.rows; i++) {
            for (let j = 0; j < tile.columns; j++) {
              code += this.accumulate(g, i, j, `i${rows.index(i, ky)}_${columns.index(j, kx)}`);
            }
          }
          code += '\n';
        }
      }
    }
    return code;
  }

  /** The four texels of (tap, output quad), counted together: one for each channel of the input quad. */
  private weights(unit: number): string {
    const columns = [0, 1, 2, 3].map((k) => texelAt('Wt', `vec2(wf+${float(unit * 4 + k)}*ws,wy)`));
    return `W=mat4(${columns.join(',')});`;
  }

  /** Declares row `i` of the tile at kernel row `ky`, a loop variable: coordinate `fr`, layer phase `lr`, mask `mr`. */
  private dynamicRow(i: number): string {
    const { stride, before, dilation, tile, inputExtent, phases, textureExtent } = this.rowAxis;
    let code = `int r${i}=row*${tile * stride}+${i * stride - before}+ky*${dilation};`;
    code += `float mr${i}=r${i}>=0&&r${i}<${knob(inputExtent)}?1.0:0.0;if(mr${i}==0.0)r${i}=0;`;
    code += phases === 1 ? `const int lr${i}=0;` : `int lr${i}=${modulo(`r${i}`, phases)};`;
    const texel = divide(`r${i}`, phases);
    return `${code}float fr${i}=(float(${texel})+0.5)*${floatKnob(1 / textureExtent)};\n`;
  }

  private rowTaps(quadPhase: string): string {
    const { columns } = this;
    const { layout } = this.spec.input;
    const { tile } = this.spec.output.layout;
    const [kernelY, kernelX] = this.spec.window.kernel;
    let code = `for(int ky=0;ky<${kernelY};ky++){float wf=(float(wx+ky*${kernelX * tile.quads * 4})+0.5)*ws;\n`;
    for (let i = 0; i < tile.rows; i++) {
      code += this.dynamicRow(i);
      for (let c = 0; c < columns.count; c++) {
        const layer = layerIndex(layout, quadPhase, `lr${i}`, columns.phase(c));
        const factor = columns.masked ? `(mr${i}*${columns.mask(c)})` : `mr${i}`;
        code += `vec4 i${i}_${c}=${readAt('X', layout, columns.coordinate(c), `fr${i}`, layer)}*${factor};\n`;
      }
    }
    for (let kx = 0; kx < kernelX; kx++) {
      for (let g = 0; g < tile.quads; g++) {
        code += this.weights(kx * tile.quads + g);
        for (let i = 0; i < tile.rows; i++) {
          for (let j = 0; j < tile.columns; j++)
            code += this.accumulate(g, i, j, `i${i}_${columns.index(j, kx)}`);
        }
        code += '\n';
      }
    }
    return `${code}}`;
  }

  private loopTaps(quadPhase: string): string {
    const { layout } = this.spec.input;
    const { tile } = this.spec.output.layout;
    const [kernelY, kernelX] = this.spec.window.kernel;
    const axis = axisOf(this.spec, 1);
    let code = `for(int ky=0;ky<${kernelY};ky++){`;
    for (let i = 0; i < tile.rows; i++) code += this.dynamicRow(i);
    code += `for(int kx=0;kx<${kernelX};kx++){float wf=(float(wx+(ky*${kernelX}+kx)*${tile.quads * 4})+0.5)*ws;\n`;
    for (let j = 0; j < tile.columns; j++) {
      code += `int c${j}=column*${axis.tile * axis.stride}+${j * axis.stride - axis.before}+kx*${axis.dilation};`;
      code += `float mc${j}=c${j}>=0&&c${j}<${knob(axis.inputExtent)}?1.0:0.0;if(mc${j}==0.0)c${j}=0;`;
      for (let i = 0; i < tile.rows; i++) {
        const layer = layerIndex(layout, quadPhase, `lr${i}`, modulo(`c${j}`, axis.phases));
        const x = `(float(${divide(`c${j}`, axis.phases)})+0.5)*${floatKnob(1 / axis.textureExtent)}`;
        code += `vec4 i${i}_${j}=${readAt('X', layout, x, `fr${i}`, layer)}*(mr${i}*mc${j});\n`;
      }
    }
    for (let g = 0; g < tile.quads; g++) {
      code += this.weights(g);
      for (let i = 0; i < tile.rows; i++) {
        for (let j = 0; j < tile.columns; j++) code += this.accumulate(g, i, j, `i${i}_${j}`);
      }
    }
    return `${code}}}`;
  }
}

import { elementCount } from '../../../base/dims.ts';
import type { PadOp, Piece } from '../../plan/graph.ts';
import { eachTarget, fetchFunction, float, HEADER, knob, locate, outputs } from '../glsl.ts';
import type { Layout } from '../layout.ts';
import { type Pass, Unsupported } from '../pass.ts';
import { reasons } from '../reasons.ts';
import { type Placed, slotSource } from './convolution-spec.ts';

/** Inputs that one pass can read; the standard guarantees 16 samplers. */
export const MAX_INPUTS = 12;

function movePass(fragment: string, inputs: readonly Placed[], output: Placed, readsPerTarget: number): Pass {
  const { width, height, layers } = output.layout;
  return {
    fragment,
    textures: Object.fromEntries(inputs.map((input, i) => [`X${i}`, slotSource(input)])),
    target: output.slot,
    viewport: { x: 0, y: 0, width, height },
    macs: 0,
    reads: width * height * layers * readsPerTarget,
  };
}

/** Along channels: whole quads where every part is made of them, else lane by lane. */
export function concatPass(inputs: readonly Placed[], output: Placed): Pass[] {
  const { layout } = output;
  const parts = inputs.map(({ layout: { view } }) => view.channels);
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((a, b) => a + b, 0));
  const whole = starts.every((start) => start % 4 === 0);
  let code = `${HEADER}${inputs.map((input, i) => fetchFunction(`X${i}`, input.layout)).join('')}${outputs(layout.layers)}\n`;
  if (whole) {
    code += 'vec4 pick(int n,int q,int y,int x){';
    for (const [i, start] of starts.entries()) {
      const read = `return X${i}_at(n,q-${knob(start / 4)},y,x);`;
      code += i === starts.length - 1 ? read : `if(q<${knob(starts[i + 1]! / 4)})${read}`;
    }
    code += '}\n';
  } else {
    code += 'float lane(int n,int c,int y,int x){';
    for (const [i, start] of starts.entries()) {
      const read = `return X${i}_at(n,(c-${start})>>2,y,x)[(c-${start})&3];`;
      code += i === starts.length - 1 ? read : `if(c<${starts[i + 1]!})${read}`;
    }
    code +=
      '}\nvec4 pick(int n,int q,int y,int x){return vec4(lane(n,q*4,y,x),lane(n,q*4+1,y,x),lane(n,q*4+2,y,x),lane(n,q*4+3,y,x));}\n';
  }
  code += `void main(){${locate(layout)}${eachTarget(layout, ({ index, quad, y, x }) => `o${index}=pick(n,${quad},${y},${x});`)}}`;
  return [movePass(code, inputs, output, whole ? 1 : 4)];
}

export function padPass(
  input: Placed,
  output: Placed,
  { mode, value, before }: Pick<PadOp, 'mode' | 'value' | 'before'>,
): Pass[] {
  const { layout } = output;
  const { height, width } = input.layout.view;
  let code = `${HEADER}${fetchFunction('X0', input.layout)}${outputs(layout.layers)}\nvec4 pick(int n,int q,int oy,int ox){int y=oy-${before[0]},x=ox-${before[1]};`;
  if (mode === 'constant') {
    code += `if(y<0||y>=${height}||x<0||x>=${width})return vec4(${float(value)});`;
  } else if (mode === 'edge') {
    code += `y=clamp(y,0,${height - 1});x=clamp(x,0,${width - 1});`;
  } else {
    code += `y=abs(y);x=abs(x);y=y<${height}?y:${2 * (height - 1)}-y;x=x<${width}?x:${2 * (width - 1)}-x;`;
  }
  code += `return X0_at(n,q,y,x);}\nvoid main(){${locate(layout)}${eachTarget(
    layout,
    ({ index, quad, y, x }) => `o${index}=pick(n,${quad},${y},${x});`,
  )}}`;
  return [movePass(code, [input], output, 1)];
}

/** The same elements in row-major order under other extents. */
export function reshapePass(input: Placed, output: Placed): Pass[] {
  const pick = `float pick(int e){${readElement('X0', input.layout)}}\n`;
  return [gatherPass([input], output, pick, 1)];
}

/** Any movement of elements: every output element looks up where it comes from; those that no piece fills are zero. */
export function rearrangePass(inputs: readonly Placed[], output: Placed, pieces: readonly Piece[]): Pass[] {
  let pick = '';
  for (const [i, input] of inputs.entries()) {
    pick += `float element${i}(int e){${readElement(`X${i}`, input.layout)}}\n`;
  }
  pick += 'float pick(int e){int rest;';
  for (const [i, piece] of pieces.entries()) pick += findPiece(i, piece);
  pick += 'return 0.0;}\n';
  return [gatherPass(inputs, output, pick, pieces.length)];
}

/** Takes an output element's number apart into a piece's indices, largest stride first, and reads it when it is inside. */
function findPiece(i: number, { extents, from, to, offset, start = 0 }: Piece): string {
  const axes = [...extents.keys()].filter((axis) => extents[axis]! > 1).sort((a, b) => to[b]! - to[a]!);
  // Indices are unique only where each stride steps over everything that the smaller ones reach.
  let reach = 1;
  for (const axis of axes.toReversed()) {
    if (to[axis]! < reach) throw new Unsupported(reasons.writtenTwice);
    reach += (extents[axis]! - 1) * to[axis]!;
  }
  let code = `rest=e-${offset};if(rest>=0){`;
  let source = String(start);
  const inside: string[] = [];
  for (const axis of axes) {
    code += `int i${axis}=rest/${to[axis]};rest-=i${axis}*${to[axis]};`;
    inside.push(`i${axis}<${extents[axis]}`);
    if (from[axis] !== 0) source += `+i${axis}*(${from[axis]})`;
  }
  inside.push('rest==0');
  return `${code}if(${inside.join('&&')})return element${i}(${source});}`;
}

/** Largest tensor whose elements are numbered by ints in the shader. */
const MAX_ELEMENTS = 2 ** 31;

/** One `pick(element)` for each of the four lanes of each target, elements numbered in row-major order. */
export function gatherPass(inputs: readonly Placed[], output: Placed, pick: string, reads: number): Pass {
  const { layout } = output;
  const { channels, height, width, batch } = layout.view;
  if (elementCount([batch, channels, height, width]) >= MAX_ELEMENTS)
    throw new Unsupported(reasons.tooManyElements);
  let code = `${HEADER}${inputs.map((input, i) => fetchFunction(`X${i}`, input.layout)).join('')}${outputs(layout.layers)}\n${pick}`;
  const lane = (k: number, { quad, y, x }: { quad: string; y: string; x: string }): string =>
    `pick(((n*${channels}+min((${quad})*4+${k},${channels - 1}))*${height}+min(${y},${height - 1}))*${width}+min(${x},${width - 1}))`;
  code += `void main(){${locate(layout)}${eachTarget(
    layout,
    (target) => `o${target.index}=vec4(${[0, 1, 2, 3].map((k) => lane(k, target)).join(',')});`,
  )}}`;
  return movePass(code, inputs, output, reads * 4);
}

/** The body of a function that reads row-major element `e`; the sampler is declared before it. */
export function readElement(name: string, layout: Layout): string {
  const { channels, height, width } = layout.view;
  return `int x=e%${knob(width)};int r=e/${knob(width)};int y=r%${knob(height)};r/=${knob(height)};int c=r%${knob(channels)};int n=r/${knob(channels)};return ${name}_at(n,c>>2,y,x)[c&3];`;
}

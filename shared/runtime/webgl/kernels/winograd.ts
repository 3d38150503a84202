import { float, floatKnob, HEADER, knob, outputs, quotient, texelAt } from '../glsl.ts';
import type { KernelContext, Limits, Pass, SlotId } from '../pass.ts';
import { type ConvolutionSpec, weightSource } from './convolution-spec.ts';
import { FREQUENCIES, planWinograd, type WinogradPlan } from './winograd-plan.ts';
import { horizontalPass, outputPass, verticalPass } from './winograd-transforms.ts';

/** 3×3 convolution of stride 1: vertical and horizontal input transform, 36 products, output transform. */
export function winogradConvolution(spec: ConvolutionSpec, context: KernelContext): Pass[] {
  const plan = planWinograd(spec, context.limits);
  const { quads, view } = spec.input.layout;
  const columns = context.scratch({
    width: view.width,
    height: quads * plan.rowsPerChunk,
    layers: FREQUENCIES,
  });
  const transformed = context.scratch({
    width: plan.tiles,
    height: FREQUENCIES * quads,
    layers: FREQUENCIES,
  });
  const products = context.scratch({
    width: plan.productWidth,
    height: 36 * plan.outputBlocks,
    layers: plan.product.quads * plan.product.tiles,
  });
  const passes: Pass[] = [];
  for (let chunk = 0; chunk < plan.chunks; chunk++) {
    const uniforms = { firstRow: chunk * plan.rowsPerChunk };
    passes.push(
      ...transformPasses(context.limits, (first, count) =>
        verticalPass(spec, plan, columns, uniforms, first, count),
      ),
      ...transformPasses(context.limits, (first, count) =>
        horizontalPass(spec, plan, columns, transformed, first, count),
      ),
      productPass(spec, plan, transformed, products),
      outputPass(spec, plan, products, uniforms),
    );
  }
  return passes;
}

/** The six frequencies in one draw, or in as many as the render targets allow. */
function transformPasses(limits: Limits, pass: (first: number, count: number) => Pass): Pass[] {
  const count = limits.drawBuffers >= FREQUENCIES ? FREQUENCIES : 3;
  return Array.from({ length: FREQUENCIES / count }, (_, i) => pass(i * count, count));
}

/** Texel: every productWidth-th tile × (frequency, block of output quads); layer: (output quad, tile). */
function productPass(spec: ConvolutionSpec, plan: WinogradPlan, source: SlotId, target: SlotId): Pass {
  const { quads } = spec.input.layout;
  const { product, filters, tiles, productWidth, outputBlocks } = plan;
  const each = Array.from({ length: product.tiles }, (_, i) => i);
  let code = `${HEADER}uniform sampler2DArray V;uniform sampler2D U;${outputs(product.quads * product.tiles)}\n`;
  code += `void main(){int px=int(gl_FragCoord.x),py=int(gl_FragCoord.y);int f=${quotient('py', outputBlocks)};int i=f/6;int j=f-i*6;`;
  code += `float fl=float(j);float vs=${floatKnob(1 / (FREQUENCIES * quads))};float vy=(float(i*${knob(quads)})+0.5)*vs;float uy=(float(py)+0.5)*${floatKnob(1 / filters.height)};float us=${floatKnob(1 / filters.width)};\n`;
  code += `int apart=${knob(productWidth)},last=${knob(tiles - 1)};float fs=${floatKnob(1 / tiles)};`;
  for (const t of each) code += `float f${t}=(float(min(px+${t}*apart,last))+0.5)*fs;`;
  for (let s = 0; s < product.quads * product.tiles; s++) code += `vec4 a${s}=vec4(0);`;
  code += `\nfor(int q=0;q<${knob(quads)};q++){float y=vy+float(q)*vs;float ux=(float(q*${product.quads * 4})+0.5)*us;mat4 W;\n`;
  for (const t of each) code += `vec4 v${t}=${texelAt('V', `vec3(f${t},y,fl)`)};`;
  for (let g = 0; g < product.quads; g++) {
    const columns = [0, 1, 2, 3].map((k) => texelAt('U', `vec2(ux+${float(g * 4 + k)}*us,uy)`));
    code += `W=mat4(${columns.join(',')});`;
    for (const t of each) code += `a${g * product.tiles + t}+=W*v${t};`;
    code += '\n';
  }
  code += '}';
  for (let s = 0; s < product.quads * product.tiles; s++) code += `o${s}=a${s};`;
  const height = 36 * outputBlocks;
  return {
    fragment: `${code}}`,
    textures: { V: { kind: 'slot', slot: source }, U: weightSource(filters) },
    target,
    viewport: { x: 0, y: 0, width: productWidth, height },
    macs: tiles * 36 * quads * 4 * spec.output.layout.quads * 4,
    reads: productWidth * height * quads * (product.tiles + product.quads * 4),
  };
}

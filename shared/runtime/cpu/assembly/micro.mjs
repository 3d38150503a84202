/**
 * Writes micro.ts: the innermost kernel of every matrix product, for one shape of register tile. AssemblyScript cannot
 * loop over local accumulators, so they are written out here.
 */

/** The shapes that ship. Which is fastest depends on the machine and on the compiler in it; a benchmark decides. */
export const shapes = {
  plain: { pixels: 4, vectors: 2, unroll: 1, relaxed: false },
  // Older compilers spill whatever is taller or unrolled: half the speed.
  relaxed: { pixels: 4, vectors: 2, unroll: 1, relaxed: true },
  tall: { pixels: 6, vectors: 2, unroll: 8, relaxed: true },
  // For compilers that join vectors to 256 bits.
  wide: { pixels: 6, vectors: 4, unroll: 8, relaxed: true },
};

const range = (count) => Array.from({ length: count }, (_, i) => i);

/** One k: the weights of all output channels, then each pixel's value times them. */
function multiplyAdd(pixels, vectors, k, set) {
  const lines = range(vectors).map((j) => `    b${j} = v128.load(b, ${(k * vectors + j) * 16});`);
  for (const r of range(pixels)) {
    lines.push(`    x = v128.load32_splat(a, ${r * 32 + k * 4});`);
    for (const j of range(vectors)) lines.push(`    c${set}_${r}_${j} = fma(x, b${j}, c${set}_${r}_${j});`);
  }
  return lines.join('\n');
}

/**
 * One or two pixels have too few sums to hide the latency of an addition, so they keep several sets of them, a k each.
 * The compilers that rolled shapes are for load all that a block of code reads before they add, and spill what is more.
 * With `finished` sums begin at the bias and are clipped, to the two numbers at `limits`, when they are stored.
 */
function kernel(name, pixels, { vectors, unroll }, finished = false) {
  const sets = pixels <= 2 ? (unroll === 1 ? 2 : 4) / pixels : 1;
  const steps = Math.max(unroll, sets);
  const lines = [
    `function ${name}(a: usize, b: usize, o: usize, depth: i32, aBlock: usize, oBlock: usize, ${
      finished ? 'bias: usize, limits: usize' : 'first: bool'
    }): void {`,
  ];
  for (const set of range(sets)) {
    for (const r of range(pixels)) {
      for (const j of range(vectors)) {
        const start = finished && set === 0 ? `v128.load(bias, ${j * 16})` : 'f32x4.splat(0)';
        lines.push(`  let c${set}_${r}_${j} = ${start};`);
      }
    }
  }
  lines.push(`  let x: v128${range(vectors).map((j) => `, b${j}: v128`).join('')};`, '  do {');
  if (steps === 8) {
    for (const k of range(8)) lines.push(multiplyAdd(pixels, vectors, k, k % sets));
    lines.push('    a += aBlock;', `    b += ${8 * vectors * 16};`);
  } else {
    lines.push('    const end = a + 32;', '    do {');
    for (const k of range(steps)) lines.push(multiplyAdd(pixels, vectors, k, k % sets));
    lines.push(`      a += ${steps * 4};`, `      b += ${steps * vectors * 16};`, '    } while (a < end);', '    a += aBlock - 32;');
  }
  lines.push('  } while (--depth);');
  const tile = range(pixels).flatMap((r) =>
    range(vectors).map((j) => ({
      sum: range(sets).map((set) => `c${set}_${r}_${j}`).reduce(sumOf),
      at: `o + oBlock * ${j >> 1}`,
      offset: r * 32 + (j % 2) * 16,
    })),
  );
  lines.push(...(finished ? storeClipped(tile) : storeOrAdd(tile)), '}');
  return lines.join('\n');
}

function storeClipped(tile) {
  return [
    '  const low = v128.load32_splat(limits), high = v128.load32_splat(limits, 4);',
    ...tile.map(({ sum, at, offset }) => `  v128.store(${at}, clip(${sum}, low, high), ${offset});`),
  ];
}

function sumOf(total, next) {
  return `f32x4.add(${total}, ${next})`;
}

/** Stores the sums of the first piece of the depth, and adds those of the others to what is there. */
function storeOrAdd(tile) {
  const stores = tile.map(({ sum, at, offset }) => `    v128.store(${at}, ${sum}, ${offset});`);
  const adds = tile.map(
    ({ sum, at, offset }) => `    v128.store(${at}, ${sumOf(`v128.load(${at}, ${offset})`, sum)}, ${offset});`,
  );
  return ['  if (first) {', ...stores, '  } else {', ...adds, '  }'];
}

/**
 * One pixel by four panels at once, for vectors times matrices: those are bound by the stream of weights, and four
 * panels share each value that is read of the vector.
 */
function vectorKernel({ vectors }) {
  const panels = range(4);
  const all = panels.flatMap((panel) => range(vectors).map((j) => [panel, j]));
  const lines = [
    'export function vector(a: usize, b: usize, o: usize, depth: i32, aBlock: usize, panel: usize, first: bool): void {',
  ];
  for (const [p, j] of all) lines.push(`  let c${p}_${j} = f32x4.splat(0);`);
  lines.push(...panels.map((p) => `  let b${p} = b + panel * ${p};`), '  do {', '    const end = a + 32;', '    do {');
  lines.push('      const x = v128.load32_splat(a);');
  for (const [p, j] of all) lines.push(`      c${p}_${j} = fma(x, v128.load(b${p}, ${j * 16}), c${p}_${j});`);
  lines.push('      a += 4;', ...panels.map((p) => `      b${p} += ${vectors * 16};`), '    } while (a < end);');
  lines.push('    a += aBlock - 32;', '  } while (--depth);');
  lines.push(...storeOrAdd(all.map(([p, j], i) => ({ sum: `c${p}_${j}`, at: 'o', offset: i * 16 }))), '}');
  return lines.join('\n');
}

/** The same with weights in bfloat16, which are widened in the register: the stream is half as long. */
function halvedVectorKernel({ vectors }) {
  const panels = range(4);
  const all = panels.flatMap((panel) => range(vectors).map((j) => [panel, j]));
  const lines = [
    'export function halvedVector(a: usize, b: usize, o: usize, depth: i32, aBlock: usize, panel: usize, first: bool): void {',
    '  const upper = i32x4.splat(0xffff0000);',
    '  let w: v128;',
  ];
  for (const [p, j] of all) lines.push(`  let c${p}_${j} = f32x4.splat(0);`);
  lines.push(...panels.map((p) => `  let b${p} = b + panel * ${p};`), '  do {', '    const end = a + 32;', '    do {');
  lines.push('      const x = v128.load32_splat(a);');
  for (const p of panels) {
    for (const pair of range(vectors / 2)) {
      const [j, k] = [2 * pair, 2 * pair + 1];
      lines.push(`      w = v128.load(b${p}, ${pair * 16});`);
      lines.push(`      c${p}_${j} = fma(x, i32x4.shl(w, 16), c${p}_${j});`);
      lines.push(`      c${p}_${k} = fma(x, v128.and(w, upper), c${p}_${k});`);
    }
  }
  lines.push('      a += 4;', ...panels.map((p) => `      b${p} += ${vectors * 8};`), '    } while (a < end);');
  lines.push('    a += aBlock - 32;', '  } while (--depth);');
  lines.push(...storeOrAdd(all.map(([p, j], i) => ({ sum: `c${p}_${j}`, at: 'o', offset: i * 16 }))), '}');
  return lines.join('\n');
}

/** Outputs of a row that a depthwise kernel computes at once: few enough that sums and the weights of a row stay in registers. */
const TOGETHER = 4;

/**
 * Half a block of four neighbouring outputs of a depthwise convolution: each value of a row is loaded once and meets the
 * weights of all outputs that read it.
 */
function slidingKernel(kernel, stride) {
  const outputs = range(TOGETHER);
  const lines = [
    `function slide${kernel}by${stride}(at: usize, row: usize, w: usize, to: usize, plus: usize, bias: v128, low: v128, high: v128): void {`,
    ...outputs.map((o) => `  let a${o} = bias;`),
    `  let x: v128${range(kernel).map((k) => `, w${k}: v128`).join('')};`,
    `  const end = w + ${kernel * kernel * 32};`,
    '  do {',
    ...range(kernel).map((k) => `    w${k} = v128.load(w, ${k * 32});`),
  ];
  for (const i of range((TOGETHER - 1) * stride + kernel)) {
    lines.push(`    x = v128.load(at, ${i * 32});`);
    for (const o of outputs) {
      const k = i - o * stride;
      if (k >= 0 && k < kernel) lines.push(`    a${o} = fma(x, w${k}, a${o});`);
    }
  }
  lines.push('    at += row;', `    w += ${kernel * 32};`, '  } while (w < end);', '  if (plus != 0) {');
  for (const o of outputs) lines.push(`    a${o} = f32x4.add(a${o}, v128.load(plus, ${o * 32}));`);
  lines.push('  }');
  for (const o of outputs) lines.push(`  v128.store(to, clip(a${o}, low, high), ${o * 32});`);
  lines.push('}');
  return lines.join('\n');
}

const slides = [3, 5, 7].flatMap((kernel) => [1, 2].map((stride) => ({ kernel, stride })));

/** Chooses among them; false where there is none for such a window. */
function slidingSource() {
  const call = ({ kernel, stride }) =>
    `  if (kernel == ${kernel} && stride == ${stride}) { slide${kernel}by${stride}(at, row, w, to, plus, bias, low, high); return true; }`;
  return `${slides.map(({ kernel, stride }) => slidingKernel(kernel, stride)).join('\n')}
export function slide(
  kernel: i32, stride: i32, at: usize, row: usize, w: usize, to: usize, plus: usize, bias: v128, low: v128, high: v128,
): bool {
${slides.map(call).join('\n')}
  return false;
}
/** Outputs that \`slide\` computes. */
// @ts-ignore: decorator
@inline export const TOGETHER: i32 = ${TOGETHER};
export function slides(kernel: i32, stride: i32): bool {
  return (stride == 1 || stride == 2) && (kernel == 3 || kernel == 5 || kernel == 7);
}`;
}

/**
 * Neighbouring outputs of a row, by one panel of 8 output channels, whose windows are read where they lie: what groups of
 * few channels want, whose panels are used up sooner than windows are copied. With `quads` the panel's two halves read 4
 * channels each, the first 4 and the last 4 of the 8 that lie together.
 */
function windowKernel(pixels, stride, quads, { unroll }) {
  const channels = quads ? 4 : 8;
  const sets = pixels <= 2 ? (unroll === 1 ? 2 : 4) / pixels : 1;
  const steps = Math.max(unroll === 1 ? 1 : channels, sets);
  const lines = [
    `function ${windowName(pixels, stride, quads)}(base: usize, at: usize, end: usize, b: usize, o: usize): void {`,
  ];
  for (const set of range(sets)) {
    for (const r of range(pixels)) lines.push(`  let c${set}_${r}_0 = f32x4.splat(0), c${set}_${r}_1 = f32x4.splat(0);`);
  }
  lines.push('  let x: v128, b0: v128, b1: v128;', '  do {', '    let a = base + <usize>load<u32>(at);');
  const step = (k) => {
    const [set, place] = [k % sets, (r) => r * stride * 32 + k * 4];
    lines.push(`    b0 = v128.load(b, ${k * 32}); b1 = v128.load(b, ${k * 32 + 16});`);
    for (const r of range(pixels)) {
      lines.push(`    x = v128.load32_splat(a, ${place(r)}); c${set}_${r}_0 = fma(x, b0, c${set}_${r}_0);`);
      if (quads) lines.push(`    x = v128.load32_splat(a, ${place(r) + 16});`);
      lines.push(`    c${set}_${r}_1 = fma(x, b1, c${set}_${r}_1);`);
    }
  };
  if (steps === channels) {
    for (const k of range(channels)) step(k);
    lines.push(`    b += ${channels * 32};`);
  } else {
    lines.push(`    const last = a + ${channels * 4};`, '    do {');
    for (const k of range(steps)) step(k);
    lines.push(`      a += ${steps * 4};`, `      b += ${steps * 32};`, '    } while (a < last);');
  }
  lines.push('    at += 4;', '  } while (at < end);');
  for (const r of range(pixels)) {
    for (const j of range(2)) {
      const sum = range(sets).map((set) => `c${set}_${r}_${j}`).reduce(sumOf);
      lines.push(`  v128.store(o, ${sum}, ${r * 32 + j * 16});`);
    }
  }
  lines.push('}');
  return lines.join('\n');
}

function windowName(pixels, stride, quads) {
  return `windows${pixels}by${stride}${quads ? 'quads' : ''}`;
}

/** All of them, and a choice among them: strides 1 and 2, up to a register tile's pixels. */
function windowsSource(shape) {
  const forms = [1, 2].flatMap((stride) => [false, true].map((quads) => ({ stride, quads })));
  const counts = range(shape.pixels).map((i) => i + 1);
  const kernels = forms.flatMap(({ stride, quads }) => counts.map((pixels) => windowKernel(pixels, stride, quads, shape)));
  const choices = forms.map(
    ({ stride, quads }) => `  if (stride == ${stride} && ${quads ? '' : '!'}quads) {
    switch (pixels) {
${counts.map((pixels) => `      case ${pixels}: ${windowName(pixels, stride, quads)}(base, at, end, b, o); break;`).join('\n')}
    }
  }`,
  );
  return `${kernels.join('\n')}
export function windows(
  pixels: i32, stride: i32, quads: bool, base: usize, at: usize, end: usize, b: usize, o: usize,
): void {
${choices.join('\n')}
}`;
}

export function microSource(shape) {
  const smaller = range(shape.pixels - 1).map((i) => i + 1);
  return `import { clip, fma } from './vector';
/** Pixels and output channels per register tile. */
// @ts-ignore: decorator
@inline export const MR: i32 = ${shape.pixels};
// @ts-ignore: decorator
@inline export const NB: i32 = ${shape.vectors * 4};
${smaller.map((pixels) => kernel(`tile${pixels}`, pixels, shape)).join('\n')}
${kernel('full', shape.pixels, shape).replace('function', 'export function')}
${smaller.map((pixels) => kernel(`finishedTile${pixels}`, pixels, shape, true)).join('\n')}
${kernel('finished', shape.pixels, shape, true).replace('function', 'export function')}
${vectorKernel(shape)}
${halvedVectorKernel(shape)}
${slidingSource()}
${windowsSource(shape)}
export function partial(
  pixels: i32, a: usize, b: usize, o: usize, depth: i32, aBlock: usize, oBlock: usize, first: bool,
): void {
  switch (pixels) {
${smaller.map((pixels) => `    case ${pixels}: tile${pixels}(a, b, o, depth, aBlock, oBlock, first); break;`).join('\n')}
  }
}
export function finishedPartial(
  pixels: i32, a: usize, b: usize, o: usize, depth: i32, aBlock: usize, oBlock: usize, bias: usize, limits: usize,
): void {
  switch (pixels) {
${smaller.map((pixels) => `    case ${pixels}: finishedTile${pixels}(a, b, o, depth, aBlock, oBlock, bias, limits); break;`).join('\n')}
  }
}
`;
}

import { analyze } from '../../analysis/analyze.ts';
import type { Totals } from '../../analysis/facts.ts';
import { opaqueIn } from '../../analysis/flatten.ts';
import { fail, failAll, type Result, succeed } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import { docText } from './python.ts';
import { type Scope, scopeOf } from './scope.ts';
import { wrapped } from './wrap.ts';

/** A layer that the language has no word for, and why. */
export class Inexpressible extends Error {
  readonly node: string;
  constructor(node: string, why: string) {
    super(why);
    this.node = node;
  }
}

/** Writes a design whose shapes are all known; fails with its problems, or naming what cannot be expressed. */
export function writeCode<T>(
  design: Design,
  library: 'PyTorch' | 'Keras',
  write: (scope: Scope, totals: Totals) => T,
): Result<T> {
  const analysis = analyze(design);
  if (analysis.problems.length > 0) return failAll(analysis.problems);
  if (analysis.totals.unknown > 0) {
    const opaque = opaqueIn(analysis);
    if (opaque) return fail(opaque);
    return fail({
      code: 'incomplete',
      where: {},
      message: 'Some layers are not wired, so their shapes are unknown.',
      hint: 'Wire or remove them.',
    });
  }
  try {
    return succeed(
      write(scopeOf(analysis, { blocks: design.blocks, nested: library === 'PyTorch' }), analysis.totals),
    );
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    return fail({
      code: `not-in-${library.toLowerCase()}`,
      where: { node: error.node },
      message: `${error.node} cannot be written for ${library}: ${error.message}.`,
      hint: 'Choose another option for it, or export ONNX.',
    });
  }
}

/** A Python file: what the design is, imports, and functions and classes two lines apart. */
export function fileText(
  { name, notes }: Design,
  imports: readonly string[],
  parts: readonly string[],
): string {
  const more = notes.trim() === '' ? '' : `\n\n${docText(notes)}\n`;
  return `"""${docText(name)}${more}"""\n\n${imports.join('\n')}\n\n\n${wrapped(parts.join('\n\n\n'))}\n`;
}

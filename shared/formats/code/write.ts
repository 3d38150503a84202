import { analyze } from '../../analysis/analyze.ts';
import type { Totals } from '../../analysis/facts.ts';
import { opaqueIn } from '../../analysis/flatten.ts';
import { fail, failAll, messages, type Result, succeed } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import { docText } from './python.ts';
import { type Scope, scopeOf } from './scope.ts';
import { wrapped } from './wrap.ts';

export const say = messages('formats/code/write', {
  'not-in-pytorch': [
    '{{node}} cannot be written for PyTorch: {{reason}}.',
    'Choose another option for it, or export ONNX.',
  ],
  'not-in-keras': [
    '{{node}} cannot be written for Keras: {{reason}}.',
    'Choose another option for it, or export ONNX.',
  ],
  incomplete: ['Some layers are not wired, so their shapes are unknown.', 'Wire or remove them.'],
});

const notIn = { PyTorch: 'not-in-pytorch', Keras: 'not-in-keras' } as const;

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
    return fail(say.at({}, 'incomplete'));
  }
  try {
    return succeed(
      write(scopeOf(analysis, { blocks: design.blocks, nested: library === 'PyTorch' }), analysis.totals),
    );
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    const { node, message: reason } = error;
    return fail(say.at({ node }, notIn[library], { node, reason }));
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

/** The lines of a program that hold what was counted, by expressions, to what the design has. */
export function comparisonOf(parameters: string, macs: string): string {
  return `    for what, found, said in [
        ("parameters", ${parameters}, PARAMETERS),
        ("multiply-adds", ${macs}, MULTIPLY_ADDS),
    ]:
        differs = "" if found == said else f", but the design has {said:,}"
        print(f"{found:,} {what}{differs}")`;
}

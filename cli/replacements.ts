import type { Replacement } from '../shared/formats/reports/report.ts';

/** The lines in which two texts differ: one piece from the first such to the last. */
export function replacementOf(before: string, after: string): Replacement {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const most = Math.min(a.length, b.length) - 1;
  let top = 0;
  while (top < most && a[top] === b[top]) top++;
  let bottom = 0;
  // The last line ends the text, and no line after it could end the piece.
  while (bottom < most - top && a[a.length - 1 - bottom] === b[b.length - 1 - bottom]) bottom++;
  const text = b.slice(top, b.length - bottom).join('\n');
  return { firstLine: top + 1, endLine: a.length - bottom + 1, text: bottom > 0 ? `${text}\n` : text };
}

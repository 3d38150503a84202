import type { BackendsComparison } from './compare-backends.ts';

/** The comparison as RFC 4180 text: a line per layer, times in milliseconds. */
export function comparisonCsv({ backends: [first, second], layers }: BackendsComparison): string {
  const head = [
    'layer',
    'kind',
    'largest difference',
    `relative to the rms of ${first}`,
    `${first} ms`,
    `${second} ms`,
    `${first} fused into`,
    `${second} fused into`,
  ];
  const rows = layers.map(({ node, kind, largest, relative, milliseconds, fusedInto }) => [
    node,
    kind,
    String(largest),
    String(relative),
    ...milliseconds.map((time) => (time === undefined ? '' : String(time))),
    ...fusedInto.map((into) => into ?? ''),
  ]);
  return [head, ...rows].map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

import type { Analysis } from '../shared/analysis/facts.ts';
import { leavesOf } from '../shared/analysis/leaves.ts';
import { type CountingToolName, countingTools, countLike, type ToolCount } from '../shared/analysis/tools.ts';
import { inEnglish, type Speech } from '../shared/base/speech.ts';
import { grouped, type TextTable } from '../shared/formats/tables/present.ts';

export interface LikeReport {
  readonly name: string;
  readonly counts: readonly ToolCount[];
  readonly layers: readonly { readonly id: string; readonly kind: string }[];
}

/** Each layer as one tool counts it, or as two do. */
export function likeReport(name: string, analysis: Analysis, tools: readonly CountingToolName[]): LikeReport {
  const leaves = leavesOf(analysis.topology, analysis.facts);
  return {
    name,
    counts: tools.map((tool) => countLike(tool, leaves)),
    layers: leaves.map(({ facts, kind }) => ({ id: facts.id, kind })),
  };
}

/** Layers that cost nothing by any of the tools have no row; of two tools, the differences are summed by kind in the end. */
export function likeTable({ name, counts, layers }: LikeReport, { t, tell }: Speech = inEnglish): TextTable {
  const columns = counts.map(({ tool }) => countingTools[tool].title);
  const rowOf = (label: string, kind: string, figures: readonly (number | undefined)[]) => [
    label,
    kind,
    ...figures.map((figure) => (figure === undefined ? '?' : grouped(figure))),
    ...(counts.length === 2 ? [differenceText(figures)] : []),
  ];
  const rows = layers.flatMap(({ id, kind }, step) => {
    const figures = counts.map((count) => count.layers[step]);
    return figures.every((figure) => figure === 0) ? [] : [rowOf(id, kind, figures)];
  });
  const kinds = [...new Set(layers.map(({ kind }) => kind))];
  const byKind =
    counts.length < 2
      ? []
      : kinds.flatMap((kind) => {
          const figures = counts.map((count) =>
            count.layers.reduce<number>(
              (total, figure, step) => (layers[step]!.kind === kind ? total + (figure ?? 0) : total),
              0,
            ),
          );
          return figures[0] === figures[1] ? [] : [rowOf('all', kind, figures)];
        });
  const leftOut = [...new Set(counts.flatMap((count) => count.leftOut))];
  const [first] = counts;
  const counted =
    first && countingTools[first.tool].counted === 'parameters'
      ? t('parameters')
      : t('operations of one sample');
  const heading =
    counts.length === 1
      ? tell`${name}: ${counted} as ${columns[0]!} counts them.`
      : tell`${name}: ${counted} as ${columns.join(tell` and `)} count them.`;
  const missing =
    leftOut.length === 0 ? '' : tell` Not counted, since it was never judged: ${leftOut.join(', ')}.`;
  return {
    caption: `${heading}${missing}`,
    columns: [
      { title: 'Layer', align: 'left' },
      { title: 'Kind', align: 'left' },
      ...[...columns, ...(counts.length === 2 ? ['Difference'] : [])].map((title) => ({
        title,
        align: 'right' as const,
      })),
    ],
    rows: [
      ...rows,
      ...byKind,
      rowOf(
        'total',
        '',
        counts.map(({ total }) => total),
      ),
    ],
  };
}

function differenceText([first, second]: readonly (number | undefined)[]): string {
  if (first === undefined || second === undefined) return '?';
  const difference = second - first;
  return difference === 0 ? '=' : `${difference > 0 ? '+' : '−'}${grouped(Math.abs(difference))}`;
}

import { describe, expect, it } from 'vitest';
import { analyze, createAnalyzer } from '../../shared/analysis/analyze.ts';
import { compare } from '../../shared/analysis/compare.ts';
import type { Analysis } from '../../shared/analysis/facts.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { checkBudget } from '../../shared/budget/budget.ts';
import { type ExportForm, exportForms } from '../../shared/formats/exports/forms.ts';
import { exportParams } from '../../shared/formats/exports/options.ts';
import { renderExport } from '../../shared/formats/exports/render.ts';
import { exportKeras } from '../../shared/formats/keras/export.ts';
import { exportPyTorch } from '../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { foldDesign } from '../../shared/formats/weights/fold.ts';
import type { Design } from '../../shared/graph/design.ts';
import { lint } from '../../shared/lint/run.ts';
import { defaultsOf } from '../../shared/schema/params.ts';
import { byTurns, thoroughness } from '../thorough.ts';
import { GROWTH, overgrowth } from './growth.ts';
import { largeSpecs, wrongSpecs, wrongTexts } from './large-specs.ts';

const SIZE = thoroughness > 0 ? 250 : 125;
/** Of these a node is much work, whose growth shows in fewer of them. */
const dense = new Set(['bypassed sums of sums', 'shortcuts around every two layers', 'sums of sums']);
const sizeOf = (name: string): number => (thoroughness === 0 && dense.has(name) ? Math.ceil(SIZE / 2) : SIZE);
/** What a small design takes at least, by its size. */
const LEAST_MS = SIZE / 25;

interface Source {
  readonly design: Design;
  readonly analysis: Analysis;
}

const tools = {
  rasteriser: () => Promise.reject(new Error('Nothing here is drawn.')),
};

/** What is done with every design, whatever it looks like. */
const always: Readonly<Record<string, (source: Source) => unknown>> = {
  analysis: ({ design }) => analyze(design),
  lint: ({ design, analysis }) => lint(design, analysis),
};

/** What is done by turns. */
const uses: Readonly<Record<string, (source: Source) => unknown>> = {
  'analysis after edits': ({ design }) => {
    const analyzer = createAnalyzer();
    analyzer.update(design);
    for (const id of Object.keys(design.nodes).slice(0, 3))
      analyzer.update({ ...design, nodes: { ...design.nodes, [id]: { ...design.nodes[id]! } } });
    return analyzer.update({ ...design, wires: { ...design.wires } });
  },
  budget: ({ design, analysis }) => checkBudget(design, analysis),
  comparison: ({ design, analysis }) => compare(analysis, analyze({ ...design, wires: {} })),
  flattening: ({ analysis }) => flatten(analysis),
  folding: ({ design }) => foldDesign(design, {}),
  spec: ({ design }) => writeSpec(design),
  Keras: ({ design }) => exportKeras(design),
  PyTorch: ({ design }) => exportPyTorch(design),
};

const drawings = exportForms
  .filter(({ encoding }) => encoding !== 'png')
  .map((form) => [`${form.subject} as ${form.encoding}`, drawn(form)] as const);

/** What is done with the design of this number. */
const usesOf = (number: number): readonly (readonly [string, (source: Source) => unknown])[] => [
  ...Object.entries(always),
  ...(thoroughness > 0 || number % 2 === 0 ? byTurns(Object.entries(uses), number >> 1) : []),
  ...(thoroughness > 0 || number % 2 === 1 ? byTurns(drawings, number >> 1) : []),
];

function drawn(form: ExportForm): (source: Source) => unknown {
  const detail = form.subject === 'table' ? 'auto' : 'stages';
  return (source) => renderExport(form, source, { ...defaultsOf(exportParams), detail }, tools);
}

function openedAt(make: (size: number) => object, size: number): Source {
  const read = readSpec(JSON.stringify(make(size)));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  return { design: read.value, analysis: analyze(read.value) };
}

describe('work grows no faster than n·log n in the size of the file', () => {
  it.each(Object.entries(largeSpecs).map(([name, make], number) => [name, make, number] as const))(
    '%s',
    async (title, make, number) => {
      const size = sizeOf(title);
      const [few, many] = [openedAt(make, size), openedAt(make, GROWTH * size)];
      const [short, long] = [writeSpec(few.design), writeSpec(many.design)];
      const reading = await overgrowth(
        () => readSpec(short),
        () => readSpec(long),
        LEAST_MS,
      );
      const tooMuch = reading === undefined ? [] : [`reading: ${reading}`];
      for (const [name, use] of usesOf(number)) {
        const found = await overgrowth(
          () => use(few),
          () => use(many),
          LEAST_MS,
        );
        if (found !== undefined) tooMuch.push(`${name}: ${found}`);
      }
      expect(tooMuch).toEqual([]);
    },
  );

  const texts = Object.entries(wrongSpecs).map(
    ([name, make]) => [name, (size: number) => JSON.stringify(make(size))] as const,
  );
  it.each([...texts, ...Object.entries(wrongTexts)])('%s, when read', async (_, make) => {
    const [short, long] = [make(2 * SIZE), make(2 * GROWTH * SIZE)];
    expect(
      await overgrowth(
        () => readSpec(short),
        () => readSpec(long),
        LEAST_MS,
      ),
    ).toBeUndefined();
  });
});

describe('a file with very many mistakes', () => {
  it.each(Object.entries(wrongSpecs))('%s: lists the first, counts the rest', (_, make) => {
    const read = readSpec(JSON.stringify(make(3000)));
    expect(read.ok).toBe(false);
    const problems = read.ok ? [] : read.problems;
    if (problems.length === 1) return;
    expect(problems.length).toBe(1001);
    expect(problems.at(-1)).toMatchObject({ code: 'more-problems' });
    expect(problems.at(-1)!.more).toBeGreaterThanOrEqual(1600);
  });

  it('proposes names for the first few only', () => {
    const read = readSpec(JSON.stringify(wrongSpecs['misspelt wires']!(20_000)));
    const problems = read.ok ? [] : read.problems;
    expect(problems[0]!.hint).toBe('Did you mean "node_number_0"?');
    expect(problems[100]!.hint).toBe('Add the node, or remove the wire.');
    expect(problems.at(-1)).toMatchObject({
      more: 19_000,
      message: 'There are 19,000 more mistakes, not listed here.',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { type CostTable, costTable } from '../../../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../../../shared/formats/tables/csv.ts';
import { toHtml, toLatex, toMarkdown, toPlain } from '../../../shared/formats/tables/markup.ts';
import { presentCosts } from '../../../shared/formats/tables/present.ts';
import { emptyDesign } from '../../../shared/graph/design.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

function tableOf(id: string, options: Partial<Parameters<typeof costTable>[2]> = {}): CostTable {
  const design = zooEntry(id)!.build();
  return costTable(design, analyze(design), { convention: 'mac', ...options });
}

/** The table of the lecture on AlexNet (EECS 498-007, lecture 8): layer, output, KiB, parameters, multiply-adds. */
const lecture = [
  ['conv1', '64×56×56', '784.0', '23,296', '72,855,552'],
  ['pool1', '64×27×27', '182.2', '0', '0'],
  ['conv2', '192×27×27', '546.8', '307,392', '223,948,800'],
  ['pool2', '192×13×13', '126.8', '0', '0'],
  ['conv3', '384×13×13', '253.5', '663,936', '112,140,288'],
  ['conv4', '256×13×13', '169.0', '884,992', '149,520,384'],
  ['conv5', '256×13×13', '169.0', '590,080', '99,680,256'],
  ['pool5', '256×6×6', '36.0', '0', '0'],
  ['fc6', '4096', '16.0', '37,752,832', '37,748,736'],
  ['fc7', '4096', '16.0', '16,781,312', '16,777,216'],
  ['fc8', '1000', '3.9', '4,097,000', '4,096,000'],
];

describe('the cost table', () => {
  it('of AlexNet is that of the lecture', () => {
    const { rows, totals } = presentCosts(tableOf('alexnet-lecture'));
    const named = new Set(lecture.map(([id]) => id));
    const shown = rows.filter(([id]) => named.has(id!));
    const exact = ([id, output, , params, macs]: readonly string[]) => [id, output, params, macs];
    expect(shown.map(([id, , ...figures]) => exact([id!, ...figures]))).toEqual(lecture.map(exact));
    // The lecture rounds 182.25 to 182.2, we to 182.3: as near, either way.
    for (const [i, row] of shown.entries())
      expect(Math.abs(Number(row[3]) - Number(lecture[i]![2]))).toBeLessThan(0.11);
    expect(totals?.slice(4, 6)).toEqual(['61,100,840', '716,767,232']);
  });

  it.each([
    ['mac', 15_470_264_320],
    ['flops2', 30_940_528_640],
  ] as const)('of VGG-16 counts %s', (convention, total) => {
    const table = tableOf('vgg16', { convention });
    expect(table.totals.operations).toBe(total);
    expect(table.rows.reduce((sum, row) => sum + (row.operations ?? 0), 0)).toBe(total);
    expect(table.inputs).toEqual([[3, 224, 224]]);
  });

  it('opens blocks without changing the totals', () => {
    const [closed, opened] = [tableOf('resnet50'), tableOf('resnet50', { openBlocks: true })];
    expect(opened.rows.length).toBeGreaterThan(3 * closed.rows.length);
    expect(opened.totals).toEqual(closed.totals);
    for (const { rows, totals } of [closed, opened])
      expect(rows.reduce((sum, { params }) => sum + (params ?? 0), 0)).toBe(totals.params);
  });

  it('says what is unknown', () => {
    const design = { ...emptyDesign, nodes: { relu: { kind: 'relu' as const, params: {} } } };
    const table = costTable(design, analyze(design), { convention: 'mac' });
    expect(table.rows.map(({ params, output }) => [params, output])).toEqual([[undefined, undefined]]);
    expect(presentCosts(table).caption).toContain('1 of unknown cost');
  });
});

describe('as text', () => {
  const table = tableOf('lenet');
  const awkward = { ...table, name: 'A|B_C & 100 % <of> $x$ {y} "z"' };

  it('CSV has a line per layer, plain integers, and the totals last', () => {
    const lines = costsToCsv(tableOf('alexnet')).split('\r\n');
    expect(lines[0]).toBe('id,layer,output,params,mac,output_elements,output_bytes');
    expect(lines.find((line) => line.startsWith('conv1,'))).toBe(
      'conv1,"Conv2d 64, 11×11, 4×4, 2",64x55x55,23296,70276800,193600,774400',
    );
    expect(lines.at(-2)).toMatch(/^total,,,61100840,714188480,\d+,\d+$/);
    expect(lines.at(-1)).toBe('');
  });

  it.each([
    ['Markdown', toMarkdown],
    ['LaTeX', toLatex],
    ['HTML', toHtml],
    ['plain text', toPlain],
  ])('%s states name, convention and totals', (_, write) => {
    const text = write(presentCosts(table));
    expect(text).toContain('Multiply-adds');
    expect(text).toContain(presentCosts(table).totals?.[5]);
    expect(text).toContain(table.name);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('Markdown keeps its columns whatever the names are', () => {
    const lines = toMarkdown(
      presentCosts({ ...awkward, rows: table.rows.map((row) => ({ ...row, layer: 'a|b' })) }),
    ).split('\n');
    const body = lines.filter((line) => line.startsWith('|'));
    for (const line of body) expect(line.match(/(?<!\\)\|/g)).toHaveLength(8);
  });

  it('HTML and LaTeX escape what is syntax there', () => {
    expect(toHtml(presentCosts(awkward))).toContain('A|B_C &amp; 100 % &lt;of&gt; $x$ {y} &quot;z&quot;');
    expect(toLatex(presentCosts(awkward))).toContain(
      'A\\textbar{}B\\_C \\& 100 \\% \\textless{}of\\textgreater{} \\$x\\$ \\{y\\} \\char34{}z\\char34{}',
    );
  });

  it('plain text lines its columns up', () => {
    const lines = toPlain(presentCosts(table)).split('\n');
    const [head, rule] = [lines[2]!, lines[3]!];
    expect([...rule].every((char) => char === '─')).toBe(true);
    const end = head.indexOf('Parameters') + 'Parameters'.length;
    for (const line of lines.slice(4).filter((each) => each.includes('Conv2d')))
      expect(line[end - 1]).toMatch(/\d/);
  });
});

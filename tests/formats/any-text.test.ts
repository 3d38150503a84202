import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { produce } from 'immer';
import { Marked, type Tokens } from 'marked';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { markdownParagraph, texText, xmlText } from '../../shared/base/markup.ts';
import { oneLine } from '../../shared/base/text.ts';
import { type Encoding, exportForms, type Subject } from '../../shared/formats/exports/forms.ts';
import { exportParams } from '../../shared/formats/exports/options.ts';
import { renderExport } from '../../shared/formats/exports/render.ts';
import { outlineOf } from '../../shared/formats/pictures/outline.ts';
import { costTable } from '../../shared/formats/tables/cost-table.ts';
import { presentCosts } from '../../shared/formats/tables/present.ts';
import { type Design, isNodeId } from '../../shared/graph/design.ts';
import { rename } from '../../shared/graph/edits.ts';
import { defaultsOf } from '../../shared/schema/params.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { chromiumPath, launchChromium } from '../chromium.ts';
import { peersFolder, peersInstalled } from '../peers/install.ts';
import { thoroughness } from '../thorough.ts';

/** What each language has a meaning for, and what people write anyway. */
const told = [
  'a"b',
  '"""',
  '\\',
  '\\n\\N\\G',
  "it's",
  'a|b||c',
  '`code`',
  '**bold** _it_',
  '<b>&amp;</b>',
  '<script>alert(1)</script>',
  '<!-- -->',
  ']]>',
  '- item',
  '12. twelve',
  '# head',
  '= =',
  '![x](y)',
  '@someone',
  '$x^2$',
  '~~gone~~',
  '#quot;',
  'end',
  '--> x',
  '%% note',
  '{a}',
  '[x]',
  'a,b;c',
  '-- --- ?` !`',
  '\u202eright to left',
  '名字 ℘ é',
  'x\u0000y\nz\u2028',
  '\ud800',
  '100% & 50#',
  'https://example.com/',
];
const texts = [
  ...told,
  ...fc.sample(fc.string({ unit: 'grapheme', maxLength: 12 }), {
    numRuns: thoroughness > 0 ? 30 * thoroughness : 10,
    seed: 7,
  }),
];

/** Names of nodes that the rules of names allow. */
const ids = [
  'end',
  'graph',
  'node',
  'subgraph',
  'style',
  'class',
  '名',
  'é.x',
  'a--b',
  '__',
  'x_y-z.',
  'ſ',
  'والد',
  'null',
  'true',
];

/** LeNet, so called, its nodes in such names. */
function named(text: string, round: number): Design {
  let design: Design = { ...zooEntry('lenet')!.build(), name: text, notes: text };
  for (const [i, id] of Object.keys(design.nodes).entries())
    design = produce(design, rename(id, ids[(i + round) % ids.length]!));
  return design;
}

async function written(design: Design, subject: Subject, encoding: Encoding): Promise<string> {
  const form = exportForms.find((each) => each.subject === subject && each.encoding === encoding)!;
  const options = { ...defaultsOf(exportParams), detail: 'blocks' as const };
  const rasteriser = () => Promise.reject(new Error('No pixels are asked for.'));
  const content = await renderExport(form, { design, analysis: analyze(design) }, options, { rasteriser });
  if (!content.ok) throw new Error(content.problems[0]!.message);
  return String(content.value);
}

const graphOf = (design: Design) => {
  const { nodes, edges } = outlineOf(design, analyze(design));
  return {
    nodes: nodes.map(({ id }) => id).sort(),
    edges: edges.map(({ from, to }) => `${from} → ${to}`).sort(),
  };
};

const tableOf = (design: Design) =>
  presentCosts(costTable(design, analyze(design), { convention: 'mac', openBlocks: false }));

it('the names are names', () => {
  expect(ids.filter((id) => !isNodeId(id))).toEqual([]);
});

describe('whatever a name is, Markdown', () => {
  const marked = new Marked({ gfm: true });
  /** What a reader sees, or what was made of it that is no text. */
  const seen = (tokens: readonly Tokens.Generic[]): string =>
    tokens
      .map((token) =>
        token.type === 'text' && token.tokens
          ? seen(token.tokens)
          : token.type === 'escape' || token.type === 'text'
            ? unescaped(token.text)
            : `⟨${token.type}⟩`,
      )
      .join('');
  /** Links to addresses that stand in the text as such are no harm. */
  const plain = texts.filter((text) => !/https?:|www\.|@/.test(text));

  it.each(plain)('holds %j in a paragraph', (text) => {
    const [block, ...more] = marked
      .lexer(`${markdownParagraph(text)}\n`)
      .filter(({ type }) => type !== 'space');
    const expected = oneLine(text).trim();
    if (expected === '') return expect(block).toBeUndefined();
    expect(more).toEqual([]);
    expect(block?.type).toBe('paragraph');
    expect(seen((block as Tokens.Paragraph).tokens)).toBe(expected);
  });

  it.each(plain)('is the same table under the name %j', async (text) => {
    const design = named(text, plain.indexOf(text));
    const tables = marked
      .lexer(await written(design, 'table', 'markdown'))
      .filter((token): token is Tokens.Table => token.type === 'table');
    expect(tables).toHaveLength(1);
    const rows = tables[0]!.rows.map((cells) => cells.map(({ tokens }) => seen(tokens)));
    expect(rows.slice(0, -1)).toEqual(tableOf(design).rows.map((cells) => cells.map((cell) => cell.trim())));
  });
});

const unescaped = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

describe.skipIf(!peersInstalled())('whatever a name is, read by those whose language it is', () => {
  it('Graphviz draws the same graph', async () => {
    const { instance } = await import(join(peersFolder, 'node_modules/@viz-js/viz/dist/viz.js'));
    const viz = await instance();
    for (const [round, text] of texts.entries()) {
      const design = named(text, round);
      const { name, objects, edges } = viz.renderJSON(await written(design, 'graph', 'dot'));
      const node = (at: number): string => objects[at].name;
      // In a name, unlike a label, Graphviz leaves a backslash its escape; after % it makes one of its own.
      if (!/^(%|$)/.test(text)) expect(name.replaceAll('\\\\', '\\')).toBe(oneLine(text));
      expect({
        nodes: objects.map((each: { name: string }) => each.name).sort(),
        edges: edges
          .map(({ tail, head }: { tail: number; head: number }) => `${node(tail)} → ${node(head)}`)
          .sort(),
      }).toEqual(graphOf(design));
    }
  });

  it('a spreadsheet has the same cells', async () => {
    const { default: Papa } = await import(join(peersFolder, 'node_modules/papaparse/papaparse.js'));
    for (const [round, text] of texts.entries()) {
      const design = named(text, round);
      const { data, errors } = Papa.parse(await written(design, 'table', 'csv'), { skipEmptyLines: true });
      expect(errors).toEqual([]);
      const names = (data as readonly string[][]).slice(1, -1).map(([id]) => id);
      expect(names).toEqual(tableOf(design).rows.map(([id]) => id));
    }
  });
});

describe.skipIf(!chromiumPath)('whatever a name is, in a browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
  });
  afterAll(() => browser?.close());

  it('HTML and SVG hold the same text and nothing that acts', async () => {
    const cases = [];
    for (const [round, text] of texts.entries()) {
      const design = named(text, round);
      const table = tableOf(design);
      cases.push({
        html: await written(design, 'table', 'html'),
        svg: await written(design, 'graph', 'svg'),
        rows: table.rows,
        caption: oneLine(table.caption),
        nodes: graphOf(design).nodes.length,
      });
    }
    const faults = await page.evaluate(
      (all) =>
        all.flatMap(({ html, svg, rows, caption, nodes }, at) => {
          const said: string[] = [];
          const document = new DOMParser().parseFromString(html, 'text/html');
          const cells = [...document.querySelectorAll('tbody tr')].map((row) =>
            [...row.children].map((cell) => cell.textContent),
          );
          if (JSON.stringify(cells) !== JSON.stringify(rows)) said.push('other cells');
          if (document.querySelector('caption')?.textContent !== caption) said.push('another caption');
          if (document.body.children.length !== 1) said.push('more than a table');
          const picture = new DOMParser().parseFromString(svg, 'image/svg+xml');
          if (picture.querySelector('parsererror')) said.push('no XML');
          const shown = new Set([...picture.querySelectorAll('*')].map(({ localName }) => localName));
          for (const name of shown)
            if (!['svg', 'title', 'g', 'rect', 'path', 'text', 'desc'].includes(name)) said.push(`<${name}>`);
          const drawn = new Set(
            [...picture.querySelectorAll('[data-id]')].map((each) => each.getAttribute('data-id')),
          );
          if (drawn.size < nodes) said.push(`${drawn.size} of ${nodes} nodes`);
          return said.map((fault) => `${at}: ${fault}`);
        }),
      cases,
    );
    expect(faults).toEqual([]);
  });

  it.each([...texts, 'a\nb\tc'])('XML gives %j back', async (text) => {
    const read = await page.evaluate(
      (xml) => {
        const document = new DOMParser().parseFromString(xml, 'text/xml');
        const { documentElement: root } = document;
        return [root.textContent, root.getAttribute('at')];
      },
      `<x at="${xmlText(text)}">${xmlText(text)}</x>`,
    );
    const kept = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ');
    expect(read).toEqual([kept, kept]);
  });

  it.skipIf(!peersInstalled())('Mermaid draws the same graph', async () => {
    await page.addScriptTag({
      content: readFileSync(join(peersFolder, 'node_modules/mermaid/dist/mermaid.min.js'), 'utf8'),
    });
    const cases = [];
    for (const [round, text] of texts.entries()) {
      const design = named(text, round);
      cases.push({
        source: await written(design, 'graph', 'mermaid'),
        ...graphOf(design),
        text: oneLine(text),
      });
    }
    const faults = await page.evaluate(async (all) => {
      interface Drawn {
        getVertices(): Map<string, { text: string }>;
        getEdges(): { start: string; end: string }[];
        getDiagramTitle(): string;
      }
      const { mermaid } = window as unknown as {
        mermaid: {
          parse(text: string): Promise<unknown>;
          mermaidAPI: { getDiagramFromText(text: string): Promise<{ db: Drawn }> };
        };
      };
      const said: string[] = [];
      for (const [at, { source, nodes, edges }] of all.entries()) {
        try {
          await mermaid.parse(source);
          const { db } = await mermaid.mermaidAPI.getDiagramFromText(source);
          const vertices = db.getVertices();
          if (vertices.size !== nodes.length) said.push(`${at}: ${vertices.size} nodes`);
          if (db.getEdges().length !== edges.length) said.push(`${at}: ${db.getEdges().length} wires`);
          for (const id of nodes)
            if (![...vertices.values()].some(({ text }) => text.includes(id))) said.push(`${at}: no ${id}`);
        } catch (error) {
          said.push(`${at}: ${error}\n${source.slice(0, 200)}`);
        }
      }
      return said;
    }, cases);
    expect(faults).toEqual([]);
  });
});

const pdflatex = ['/usr/bin/pdflatex', '/usr/local/bin/pdflatex'].find((path) => existsSync(path));
const pdftotext = ['/usr/bin/pdftotext', '/usr/local/bin/pdftotext'].find((path) => existsSync(path));

describe.skipIf(!pdflatex || !pdftotext)('whatever a name is, LaTeX', () => {
  it('sets it as it is', () => {
    const work = mkdtempSync(join(tmpdir(), 'netwright-tex-'));
    const latin = texts.map((text) => oneLine(text).trim()).filter((text) => /^[\x20-\x7e]+$/.test(text));
    const lines = latin.map((text, i) => `\\noindent\\mbox{${i}: ${texText(text, () => '?')}}\\par`);
    const document = [
      '\\documentclass{article}',
      '\\usepackage[T1]{fontenc}',
      '\\usepackage[margin=1cm]{geometry}',
      '\\pagestyle{empty}',
      '\\begin{document}',
      ...lines,
      ...texts.map((text) => `\\par ${texText(text, () => '?')}`),
      '\\end{document}',
    ];
    writeFileSync(join(work, 'names.tex'), document.join('\n'));
    const { status, stdout } = spawnSync(
      pdflatex!,
      ['-interaction=nonstopmode', '-halt-on-error', 'names.tex'],
      {
        cwd: work,
        encoding: 'utf8',
      },
    );
    expect(status, stdout.slice(-1500)).toBe(0);
    const { stdout: read } = spawnSync(pdftotext!, ['-raw', 'names.pdf', '-'], {
      cwd: work,
      encoding: 'utf8',
    });
    const set = read.split('\n');
    const plain = (text: string) =>
      text.replaceAll(/[’‘]/g, (quote) => (quote === '’' ? "'" : '`')).replaceAll(' ', '');
    for (const [i, text] of latin.entries()) {
      const line = set.find((each) => each.startsWith(`${i}: `)) ?? '';
      expect(plain(line.slice(`${i}: `.length))).toBe(plain(text));
    }
    rmSync(work, { recursive: true, force: true });
  });

  it('a table of costs compiles', async () => {
    const work = mkdtempSync(join(tmpdir(), 'netwright-tex-'));
    const latin = ids.filter((id) => /^[\x20-\x7e]+$/.test(id));
    const bodies = [];
    for (const [round, text] of told.entries()) {
      let design: Design = { ...zooEntry('lenet')!.build(), name: text.replaceAll(/[^\x20-\x7e]/g, '≥') };
      design = produce(design, rename(Object.keys(design.nodes)[1]!, latin[round % latin.length]!));
      bodies.push(await written(design, 'table', 'latex'));
    }
    const head = '\\documentclass{article}\\usepackage{booktabs}\\extrafloats{100}\\begin{document}';
    writeFileSync(join(work, 'table.tex'), `${head}${bodies.join('\\clearpage\n')}\\end{document}`);
    const { status, stdout } = spawnSync(
      pdflatex!,
      ['-interaction=nonstopmode', '-halt-on-error', 'table.tex'],
      {
        cwd: work,
        encoding: 'utf8',
      },
    );
    expect(status, stdout.slice(-1500)).toBe(0);
    rmSync(work, { recursive: true, force: true });
  });
});

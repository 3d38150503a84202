import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { className, docText, identifier, Names } from '../../../shared/formats/code/python.ts';
import { exportForms } from '../../../shared/formats/exports/forms.ts';
import { exportParams } from '../../../shared/formats/exports/options.ts';
import { renderExport } from '../../../shared/formats/exports/render.ts';
import { exportKeras } from '../../../shared/formats/keras/export.ts';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import { defaultsOf } from '../../../shared/schema/params.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

/** What people, and those who mean harm, write as a name. */
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    'a"',
    '"""',
    '\\',
    "'''",
    '\n\n',
    '\u0000',
    '\ufffe',
    '\u2028',
    '\ud800',
    '℘',
    '㍿',
    'ª',
    '٣',
    '℮',
    'ſ',
    '$(x)',
    '<b>&amp;',
    ']]>',
    '-->',
    '|',
    '`',
  ),
);
const sample = fc.sample(names, { numRuns: 1500, seed: 20 });

const judge = `
import ast, io, json, sys
from xml.dom import minidom
for line in sys.stdin:
    case = json.loads(line)
    try:
        if case['kind'] == 'name': fault = None if case['text'].isidentifier() else 'no identifier'
        elif case['kind'] == 'python': fault = ast.parse(case['text']) and None
        else: fault = minidom.parseString(case['text'].encode()) and None
    except Exception as error: fault = str(error)
    print(json.dumps(fault))
`;

function faults(cases: readonly { readonly kind: string; readonly text: string }[]): readonly string[] {
  const input = cases.map((each) => JSON.stringify(each)).join('\n');
  const { stdout, stderr } = spawnSync('python3', ['-c', judge], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const said = stdout
    .trim()
    .split('\n')
    .map((line): string | null => JSON.parse(line));
  if (said.length !== cases.length) throw new Error(stderr);
  return said.flatMap((fault, i) =>
    fault === null ? [] : [`${JSON.stringify(cases[i]!.text.slice(0, 300))}: ${fault}`],
  );
}

describe('whatever a name is', () => {
  it('it becomes an identifier of Python, and no two become one', () => {
    const taken = new Names();
    const all = sample.map((name) => taken.take(name));
    expect(new Set(all.map((name) => name.normalize('NFKC'))).size).toBe(all.length);
    const texts = [
      ...all,
      ...sample.map((name) => identifier(name)),
      ...sample.map((name) => className(name)),
    ];
    expect(faults(texts.map((text) => ({ kind: 'name', text })))).toEqual([]);
  });

  it('a docstring holds it', () => {
    expect(faults(sample.map((name) => ({ kind: 'python', text: `"""${docText(name)}"""\n` })))).toEqual([]);
  });

  it('code and pictures of it can be read', async () => {
    const lenet = zooEntry('lenet')!.build();
    const rasteriser = () => Promise.reject(new Error('No pixels are asked for.'));
    const cases: { kind: string; text: string }[] = [];
    for (const name of sample.slice(0, 60)) {
      const design = { ...lenet, name, notes: name };
      for (const module of [exportPyTorch(design), exportKeras(design)])
        if (module.ok) cases.push({ kind: 'python', text: module.value.code });
      for (const form of exportForms) {
        if (form.encoding !== 'svg' && form.encoding !== 'html') continue;
        const drawn = await renderExport(
          form,
          { design, analysis: analyze(design) },
          defaultsOf(exportParams),
          { rasteriser },
        );
        if (drawn.ok) cases.push({ kind: 'xml', text: String(drawn.value) });
      }
    }
    expect(cases.length).toBe(60 * 6);
    expect(faults(cases)).toEqual([]);
  });

  it('texts of a line stay on it', async () => {
    const lenet = zooEntry('lenet')!.build();
    const rasteriser = () => Promise.reject(new Error('No pixels are asked for.'));
    const plain = async (name: string, encoding: string) => {
      const form = exportForms.find((each) => each.encoding === encoding)!;
      const design = { ...lenet, name };
      const written = await renderExport(
        form,
        { design, analysis: analyze(design) },
        defaultsOf(exportParams),
        { rasteriser },
      );
      return written.ok ? String(written.value).split(/\r\n|[\n\r\u2028\u2029]/).length : 0;
    };
    for (const encoding of ['dot', 'mermaid', 'markdown', 'latex', 'csv', 'html', 'tikz']) {
      const lines = await plain('plain', encoding);
      for (const name of sample.slice(0, 80)) expect(await plain(name, encoding)).toBe(lines);
    }
  });
});

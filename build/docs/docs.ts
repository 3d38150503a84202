import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { blocks } from '../../shared/blocks/index.ts';
import { userBlock } from '../../shared/blocks/user-block.ts';
import { exerciseJsonSchema } from '../../shared/exercise/json-schema.ts';
import { configJsonSchema } from '../../shared/formats/config/json-schema.ts';
import { configName } from '../../shared/formats/config-file.ts';
import { encodings } from '../../shared/formats/exports/forms.ts';
import { modelFormats } from '../../shared/formats/models.ts';
import { SPEC_VERSION } from '../../shared/formats/spec/format.ts';
import { specJsonSchema } from '../../shared/formats/spec/json-schema.ts';
import type { JsonObject } from '../../shared/formats/spec/reading.ts';
import { layers } from '../../shared/layers/index.ts';
import { rules } from '../../shared/lint/rules.ts';
import { laws } from '../../shared/steer/laws.ts';
import { apiPages } from './api/pages.ts';
import { readApi } from './api/read.ts';
import { commandPage } from './command-page.ts';
import { conventionIndex, conventionPage } from './convention-page.ts';
import { conventionPages } from './conventions.ts';
import { examplePictures, exportIndex, exportPage } from './export-page.ts';
import { lawIndex, lawPage } from './law-page.ts';
import { nodeIndex, nodePage } from './node-page.ts';
import { ruleMatrix } from './rule-matrix.ts';
import { ruleIndex, rulePage } from './rule-page.ts';

/**
 * Every generated page by its path under the project's root, which the sources are read from. Whatever else lies in
 * these folders is stale.
 */
export function docPages(sources: string): ReadonlyMap<string, string> {
  const pages = new Map<string, string>(apiPages(readApi(sources)));
  for (const [folder, title, intro, definitions] of [
    ['docs/layers', 'Layers', 'What a network is made of.', Object.values(layers)],
    [
      'docs/blocks',
      'Blocks',
      'Layers made of layers: a node with parameters that stands for a small graph.',
      [...Object.values(blocks), userBlock],
    ],
  ] as const) {
    for (const definition of definitions) pages.set(`${folder}/${definition.kind}.md`, nodePage(definition));
    pages.set(`${folder}/README.md`, nodeIndex(title, intro, definitions));
  }
  for (const rule of Object.values(rules)) pages.set(`docs/rules/${rule.id}.md`, rulePage(rule));
  pages.set('docs/rules/README.md', ruleIndex(Object.values(rules)));
  pages.set('docs/rules/networks.md', ruleMatrix());
  for (const law of laws) pages.set(`docs/laws/${law.id}.md`, lawPage(law));
  pages.set('docs/laws/README.md', lawIndex(laws));
  for (const page of conventionPages) pages.set(`docs/conventions/${page.id}.md`, conventionPage(page));
  pages.set('docs/conventions/README.md', conventionIndex());
  for (const encoding of encodings) pages.set(`docs/exports/${encoding}.md`, exportPage(encoding));
  for (const [name, picture] of examplePictures()) pages.set(`docs/exports/${name}`, picture);
  pages.set('docs/exports/README.md', exportIndex());
  for (const [name, { schema }] of schemas) pages.set(`docs/schema/${name}`, written(schema));
  pages.set('docs/schema/catalog.json', written(schemaCatalog()));
  pages.set('docs/reference/command.md', commandPage());
  return pages;
}

const written = (json: object): string => `${JSON.stringify(json, undefined, 2)}\n`;

interface PublishedSchema {
  readonly schema: JsonObject;
  /** The files that keep it by their name. */
  readonly fileMatch: readonly string[];
}

const schemas: ReadonlyMap<string, PublishedSchema> = new Map([
  [
    `spec-${SPEC_VERSION}.schema.json`,
    { schema: specJsonSchema(), fileMatch: [`*${modelFormats.spec.endings[0]}`] },
  ],
  ['config.schema.json', { schema: configJsonSchema(), fileMatch: [configName] }],
  ['exercise-1.schema.json', { schema: exerciseJsonSchema(), fileMatch: [] }],
]);

/** As schema stores and editors take it: what each schema is of. */
function schemaCatalog(): object {
  return {
    $schema: 'https://json.schemastore.org/schema-catalog.json',
    version: 1,
    schemas: [...schemas.values()].map(({ schema: { $id, title, description }, fileMatch }) => ({
      name: title,
      description,
      ...(fileMatch.length === 0 ? {} : { fileMatch }),
      url: $id,
    })),
  };
}

export async function writeDocs(root: string, pages = docPages(root)): Promise<number> {
  for (const path of await strangers(root, pages)) await rm(join(root, path));
  for (const [path, text] of pages) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  console.log(`${pages.size} pages written into docs/.`);
  return 0;
}

/** 0 when every page is as the definitions would have it, 1 with a list otherwise. */
export async function checkDocs(root: string, pages = docPages(root)): Promise<number> {
  const stale = await strangers(root, pages);
  for (const [path, text] of pages) {
    const found = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (found !== text) stale.push(path);
  }
  if (stale.length === 0) return 0;
  console.error(`These pages are stale; write them anew with "npm run docs":\n  ${stale.join('\n  ')}`);
  return 1;
}

/** Files in the generated folders that no definition stands for any more. */
async function strangers(root: string, pages: ReadonlyMap<string, string>): Promise<string[]> {
  const folders = new Set([...pages.keys()].map((path) => dirname(path)));
  const found: string[] = [];
  for (const folder of folders) {
    const names = await readdir(join(root, folder)).catch(() => []);
    found.push(...names.map((name) => `${folder}/${name}`).filter((path) => !pages.has(path)));
  }
  return found;
}

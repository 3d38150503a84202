// npm run new layer|block|rule|command|format NAME: a file that explains itself, its line in the index, the place of its
// icon, a test that fails until it is done; and what else there is to do.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './install.mjs';

const template = (name) => readFileSync(join(root, 'build/new', `${name}.txt`), 'utf8');
const layerTables = [
  ['shared/runtime/plan/lowerings.ts', 'a line for the backends: the operations that it is made of'],
  ['shared/formats/onnx/forms.ts', 'a line for ONNX'],
  ['shared/formats/pytorch/forms.ts', 'a line for PyTorch'],
  ['shared/formats/keras/forms.ts', 'a line for Keras'],
];
const pages = ['docs', 'its page: npm run docs'];
const chinese = (file) => [`shared/languages/zh/${file}.ts`, 'its texts in Chinese'];

/** What each kind of thing consists of, by its names in all spellings. */
const things = {
  layer: ({ camel, kebab }) => ({
    files: [
      [`shared/layers/${kebab}.ts`, 'layer'],
      [`assets/icons/layers/${camel}.svg`, 'icon'],
    ],
    index: {
      file: 'shared/layers/index.ts',
      import: `import { ${camel} } from './${kebab}.ts';`,
      line: `  ${camel},`,
      before: /^\} as const satisfies/m,
    },
    compiler: [...layerTables, chinese('nodes')],
    rest: [
      ['shared/formats/onnx/operators/index.ts', 'a line to read it from models, where ONNX has it'],
      ['tests/layers/judge.py', 'a line that says what PyTorch computes, where PyTorch has it'],
      pages,
    ],
    test: `tests/layers -t ${camel}`,
  }),
  block: ({ camel, kebab }) => ({
    files: [
      [`shared/blocks/${kebab}.ts`, 'block'],
      [`assets/icons/layers/${camel}.svg`, 'icon'],
    ],
    index: {
      file: 'shared/blocks/index.ts',
      import: `import { ${camel} } from './${kebab}.ts';`,
      line: `  ${camel},`,
      before: /^\} as const satisfies/m,
    },
    compiler: [chinese('nodes')],
    rest: [pages],
    test: `tests/blocks -t ${camel}`,
  }),
  rule: ({ camel, kebab }) => ({
    files: [[`shared/lint/rules/${kebab}.ts`, 'rule']],
    index: {
      file: 'shared/lint/rules.ts',
      import: `import { ${camel} } from './rules/${kebab}.ts';`,
      line: `  ${camel},`,
      before: /^\] as const;/m,
    },
    compiler: [chinese('rules'), chinese('findings')],
    rest: [pages],
    test: `tests/lint/examples.test.ts -t ${kebab}`,
  }),
  command: ({ kebab, pascal }) => ({
    files: [
      [`cli/commands/${kebab}.ts`, 'command'],
      [`tests/cli/${kebab}.test.ts`, 'command.test'],
    ],
    index: {
      file: 'cli/program.ts',
      import: `import { add${pascal} } from './commands/${kebab}.ts';`,
      line: `  add${pascal},`,
      before: /^\];/m,
    },
    compiler: [],
    rest: [pages],
    test: `tests/cli/${kebab}.test.ts`,
  }),
  format: ({ camel, kebab, title }) => ({
    files: [
      [`shared/formats/${kebab}/export.ts`, 'format'],
      [`tests/formats/${kebab}/export.test.ts`, 'format.test'],
    ],
    index: {
      file: 'shared/formats/models.ts',
      line: `  ${camel}: { title: '${title}', endings: ['.${kebab}'], reads: [], writes: true, needsWeights: false },`,
      before: /^\} as const satisfies/m,
    },
    compiler: [
      ['cli/formats.ts', 'a line for the command'],
      ['renderer/features/exports/models.ts', 'a line for the app'],
    ],
    rest: [['tests/house/boundaries.ts', `a room for it: 'shared/formats/${kebab}'`], pages],
    test: `tests/formats/${kebab}`,
  }),
};

/** `tanhShrink` in the spellings of kinds, files, types and people. */
function namesOf(name) {
  const words = name.split(/[-_ ]|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase());
  if (!words.every((word) => /^[a-z0-9]+$/.test(word)) || !/^[a-z]/.test(name))
    throw new Error(`"${name}" is no name: letters and digits, as in tanhShrink or tanh-shrink.`);
  const pascal = words.map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  const title = words.join(' ');
  return {
    camel: pascal[0].toLowerCase() + pascal.slice(1),
    kebab: words.join('-'),
    pascal,
    title: title[0].toUpperCase() + title.slice(1),
  };
}

/** Writes all that can be written of a new thing; gives the files, and what is left to do with the place of each. */
export function create(what, name, at = root) {
  const thing = things[what];
  if (!thing) throw new Error(`Name one of ${Object.keys(things).join(', ')}, and what it is called.`);
  const names = namesOf(name ?? '');
  const { files, index, compiler, rest, test } = thing(names);
  const indexPath = join(at, index.file);
  const before = readFileSync(indexPath, 'utf8');
  const taken = files.map(([path]) => join(at, path)).find(existsSync);
  if (taken) throw new Error(`${relative(at, taken)} is there already.`);
  for (const [path, from] of files) {
    const text = template(from)
      .replaceAll('__NAME__', names.camel)
      .replaceAll('__ID__', names.kebab)
      .replaceAll('__PASCAL__', names.pascal)
      .replaceAll('__TITLE__', names.title);
    mkdirSync(dirname(join(at, path)), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  const imported = index.import ? before.replace(/^import /m, `${index.import}\nimport `) : before;
  const place = imported.search(index.before);
  writeFileSync(indexPath, `${imported.slice(0, place)}${index.line}\n${imported.slice(place)}`);
  return {
    written: [...files.map(([path]) => path), index.file],
    todo: [
      ...files
        .filter(([path]) => !path.endsWith('.test.ts'))
        .map(([path]) => [path, done[path.split('.').at(-1)]]),
      ...compiler,
      ...rest,
    ],
    compiler: compiler.map(([path]) => path),
    test,
  };
}

const done = { ts: 'fill in what is empty', svg: 'draw it: strokes in a square of 24' };

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { written, todo, test } = create(...process.argv.slice(2));
    // The import goes where the order of imports wants it.
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const sources = written.filter((path) => path.endsWith('.ts'));
    spawnSync(process.execPath, [biome, 'check', '--write', ...sources], { cwd: root, stdio: 'ignore' });
    console.log(`Written:\n${written.map((path) => `  ${path}`).join('\n')}\n\nLeft to do:`);
    for (const [path, why] of todo) console.log(`  ${path}: ${why}`);
    console.log(
      `\nUntil then this fails: npx vitest run ${test}\nAnd this finds what is missing: npm run check`,
    );
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

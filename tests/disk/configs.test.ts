import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { baselinePath, configFor } from '../../electron/main/configs.ts';
import { configTexts, findConfig } from '../../shared/disk/configs.ts';
import { configName, MAX_CONFIG_BYTES } from '../../shared/formats/config-file.ts';

function folder(files: Readonly<Record<string, unknown>>): string {
  const root = mkdtempSync(join(tmpdir(), 'netwright-configs-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}
const namesIn = async (root: string, file = configName) =>
  (await configTexts(join(root, file))).map((each) => relative(root, each.file));

describe('configurations on the disk', () => {
  it('are found upwards, the nearest first', () => {
    const root = folder({ [configName]: {}, 'a/b/c.json': {}, [`x/${configName}`]: {}, 'x/y/z.json': {} });
    expect(findConfig(join(root, 'a/b'))).toBe(join(root, configName));
    expect(findConfig(join(root, 'x/y'))).toBe(join(root, 'x', configName));
    expect(findConfig(folder({}))).toBeUndefined();
  });

  it('come behind those that they build on, which packages may hold', async () => {
    const root = folder({
      [configName]: { extends: ['./base.json', 'house-rules'] },
      'base.json': { extends: './deep/base.json' },
      'deep/base.json': {},
      'node_modules/house-rules/package.json': { name: 'house-rules', version: '1.0.0', main: 'rules.json' },
      'node_modules/house-rules/rules.json': { extends: './more.json' },
      'node_modules/house-rules/more.json': {},
    });
    expect(await namesIn(root)).toEqual([
      'deep/base.json',
      'base.json',
      'node_modules/house-rules/more.json',
      'node_modules/house-rules/rules.json',
      configName,
    ]);
  });

  it('are read as text where they are no JSON: that is told by who reads them', async () => {
    expect(await namesIn(folder({ [configName]: '{ "extends": [1, null, {}] }' }))).toEqual([configName]);
    expect(await namesIn(folder({ [configName]: '{' }))).toEqual([configName]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['itself', { [configName]: { extends: `./${configName}` } }, /: ring /],
    [
      'a ring',
      { [configName]: { extends: './a.json' }, 'a.json': { extends: `./${configName}` } },
      /: ring /,
    ],
    ['a folder', { [configName]: { extends: './a' }, 'a/b.json': {} }, /: no-file/],
    ['what never ends', { [configName]: { extends: '/dev/zero' } }, /: no-file/],
    ['nothing', { [configName]: { extends: './none.json' } }, /: unreadable /],
    ['no package', { [configName]: { extends: 'no-such-rules' } }, /: no-package no-such-rules/],
    ['too much', { [configName]: ' '.repeat(MAX_CONFIG_BYTES + 1) }, /: too-large/],
    [
      'one that doubles with every step',
      Object.fromEntries(
        Array.from({ length: 15 }, (_, i) => [
          i === 0 ? configName : `${i}.json`,
          i === 14 ? {} : { extends: [`./${i + 1}.json`, `./${i + 1}.json`] },
        ]),
      ),
      /: too-many/,
    ],
  ])('that build on %s are refused', async (_, files, why) => {
    await expect(namesIn(folder(files))).rejects.toThrow(why);
  });
});

describe('the desktop', () => {
  const spec = { netwright: 3, nodes: [] };
  it('gives what is found beside a file, with the way to it', async () => {
    const root = folder({ [configName]: { maxWarnings: 1 }, 'designs/a.json': spec });
    expect(await configFor(join(root, 'designs/a.json'))).toEqual({
      files: [{ file: join(root, configName), text: '{"maxWarnings":1}' }],
      path: 'designs/a.json',
      failure: null,
    });
    expect(
      (await configFor(join(folder({ [configName]: { extends: './none.json' } }), 'a.json')))?.failure,
    ).toMatchObject({
      file: expect.stringMatching(/none\.json$/),
      trouble: 'unreadable',
    });
  });

  it('gives a baseline only where a configuration of the file names it', async () => {
    const root = folder({
      [configName]: {
        budget: { baseline: 'base.json' },
        overrides: [
          { files: '*', budget: { baseline: './o.json' } },
          { files: 'a.*', budget: { baseline: 'models/m.onnx' } },
          { files: 'b.*', budget: { baseline: 'key.pem' } },
        ],
      },
      'a.json': spec,
      'base.json': spec,
      'o.json': spec,
      'secret.json': spec,
    });
    const ask = (location: string, file = configName) =>
      baselinePath(join(root, 'a.json'), join(root, file), location);
    expect(await ask('base.json')).toBe(join(root, 'base.json'));
    expect(await ask('./o.json')).toBe(join(root, 'o.json'));
    expect(await ask('models/m.onnx')).toBe(join(root, 'models', 'm.onnx'));
    // No network, and not named; named by another file.
    expect(await ask('key.pem')).toBeUndefined();
    expect(await ask('secret.json')).toBeUndefined();
    expect(await ask('base.json', 'a.json')).toBeUndefined();
  });
});

import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import imagenet from '../../assets/imagenet-classes.json' with { type: 'json' };
import { readClassNames } from '../../shared/formats/class-names.ts';
import { MAX_CLASSES } from '../../shared/graph/run-settings.ts';
import { referencePath } from '../reference.ts';

const synset = referencePath('images/imagenet-synset.txt');

describe('names of classes from a file', () => {
  test.each([
    ['lines', 'cat\ndog\n', ['cat', 'dog']],
    ['lines of Windows, with a byte order mark', '\uFEFFcat\r\ndog\r\n', ['cat', 'dog']],
    ['a class without a name', 'cat\n\nbird', ['cat', '', 'bird']],
    ['a JSON list', '["cat", "dog"]', ['cat', 'dog']],
    ['numbers in a list', '[0, 1]', ['0', '1']],
    ['a JSON object', '{"1": "dog", "0": "cat"}', ['cat', 'dog']],
    ["Keras's index", '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}', ['tench', 'goldfish']],
    ['a gap', '{"2": "bird"}', ['', '', 'bird']],
    ['ids in front', 'n01440764 tench, Tinca tinca\nn01443537 goldfish', ['tench, Tinca tinca', 'goldfish']],
  ])('%s', (_, text, names) => {
    expect(readClassNames(text)).toEqual({ ok: true, value: names });
  });

  test.each([
    ['nothing', '', 'no-class-names'],
    ['an empty list', '[]', 'no-class-names'],
    ['JSON that is cut off', '["cat", ', 'not-json'],
    ['keys that are no indices', '{"cat": 0}', 'not-a-class-index'],
    ['an index past all bounds', '{"999999": "cat"}', 'not-a-class-index'],
    ['a picture', `${'\uFFFD'.repeat(300)}\n`, 'class-name-too-long'],
    ['too many', 'a\n'.repeat(MAX_CLASSES + 1), 'too-many-classes'],
  ])('%s is refused with what to do', (_, text, code) => {
    const read = readClassNames(text);
    expect(read.ok ? [] : read.problems.map((problem) => problem.code)).toEqual([code]);
    expect(read.ok ? '' : read.problems[0]!.hint).not.toBe('');
  });

  test('takes any text without harm', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readClassNames(text);
        expect(read.ok ? read.value.length > 0 : read.problems.length > 0).toBe(true);
      }),
      { seed: 1 },
    );
  });

  test.skipIf(!existsSync(synset))("ImageNet's names are those of its synset file", () => {
    const read = readClassNames(readFileSync(synset, 'utf8'));
    expect(read.ok && read.value.length).toBe(imagenet.length);
    // The built-in names are the first of each synset's.
    const differing = read.ok ? read.value.filter((name, i) => !name.startsWith(imagenet[i]!)) : ['all'];
    expect(differing).toEqual([]);
  });
});

import { fail, messages, type Problem, type Result, succeed } from '../base/problem.ts';
import { MAX_CLASS_NAME_LENGTH, MAX_CLASSES } from '../graph/run-settings.ts';

export const say = messages('formats/class-names', {
  'not-json': [
    'The names of classes look like JSON, but cannot be read: {{reason}}.',
    'Mend the file, or write one name per line.',
  ],
  'no-class-names': [
    'There are no names of classes in this file.',
    'Write one name per line, or a JSON list of names.',
  ],
  'class-name-too-long': [
    'The name of class {{long}} has {{count}} characters; at most {{most}} are taken.',
    'This may be another kind of file: one name per line, or a JSON list of names, is expected.',
  ],
  'too-many-classes': [
    'This file has more than the {{most}} names of classes that are taken.',
    'Open a file with one name per line, or a JSON list of names.',
  ],
  'not-a-class-index': [
    'The key {{key}} is not the index of a class.',
    'Use the keys "0" to "{{last}}", or a JSON list of names.',
  ],
});

/** Names of classes are text; a longer file is something else. */
export const MAX_CLASS_FILE_LENGTH = 8 << 20;

/**
 * The names of classes by index, from a file: one name per line; a JSON list of names; or a JSON object from indices to
 * names (`{"0": "tench"}`, and Keras's `{"0": ["n01440764", "tench"]}`, whose last text is the name). Lines of an
 * ImageNet synset file lose their id in front.
 */
export function readClassNames(text: string): Result<readonly string[]> {
  if (text.length > MAX_CLASS_FILE_LENGTH) return fail(tooLong());
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  const names = /^[[{]/.test(trimmed) ? fromJson(trimmed) : succeed(fromLines(trimmed));
  return names.ok ? checked(names.value) : names;
}

function fromLines(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  const isSynset = lines.every((line) => /^n\d{8}\s+\S/.test(line));
  return isSynset ? lines.map((line) => line.replace(/^n\d{8}\s+/, '')) : lines;
}

function fromJson(text: string): Result<readonly string[]> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail(say.at({ line: lineOf(text, reason) }, 'not-json', { reason }));
  }
  if (Array.isArray(json)) return succeed(json.map(nameOf));
  if (typeof json !== 'object' || json === null) return succeed([]);
  const names: string[] = [];
  for (const [key, value] of Object.entries(json)) {
    const index = /^\d{1,6}$/.test(key) ? Number(key) : MAX_CLASSES;
    if (index >= MAX_CLASSES) return fail(notAnIndex(key));
    names[index] = nameOf(value);
  }
  // A gap in the indices is a class without a name.
  return succeed(Array.from(names, (name) => name ?? ''));
}

/** Engines say at which letter a text stops to be JSON. */
function lineOf(text: string, reason: string): number {
  const place = Number(/position (\d+)/.exec(reason)?.[1] ?? 0);
  return text.slice(0, place).split('\n').length;
}

function nameOf(value: unknown): string {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' || typeof last === 'number' ? String(last) : '';
}

function checked(names: readonly string[]): Result<readonly string[]> {
  if (!names.some((name) => name !== '')) {
    return fail(say.at({ line: 1 }, 'no-class-names'));
  }
  if (names.length > MAX_CLASSES) return fail(tooLong());
  const long = names.findIndex((name) => name.length > MAX_CLASS_NAME_LENGTH);
  if (long < 0) return succeed(names);
  return fail(
    say.at({ line: long + 1 }, 'class-name-too-long', {
      long,
      count: names[long]!.length,
      most: MAX_CLASS_NAME_LENGTH,
    }),
  );
}

function tooLong(): Problem {
  return say.at({ line: 1 }, 'too-many-classes', { most: MAX_CLASSES });
}

function notAnIndex(key: string): Problem {
  return say.at({ line: 1 }, 'not-a-class-index', {
    key: JSON.stringify(key.slice(0, 40)),
    last: MAX_CLASSES - 1,
  });
}

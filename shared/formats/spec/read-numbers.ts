import { messages } from '../../base/problem.ts';
import { type Numbers, type NumberType, numberTypeNames, plainNumbers } from '../../graph/number-types.ts';
import type { Json } from '../../schema/codec.ts';
import { MAX_BATCH, numbersKeys } from './format.ts';
import type { Path } from './path.ts';
import { brief, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-numbers', {
  'number-type-unknown': ['A type of numbers is one of {{known}}; got {{given}}.', 'Write one of them.'],
  'number-type-unknown:near': [
    'A type of numbers is one of {{known}}; got {{given}}.',
    'Did you mean "{{near}}"?',
  ],
  'whole-number-from': 'a whole number from 1 to {{most}}',
});

/** The types of the design's numbers, which bytes are counted by. */
export function readNumbers(reading: Reading, json: Json | undefined, path: Path): Numbers {
  const fields = json === undefined ? undefined : reading.object(json, path, 'numbers', numbersKeys);
  if (fields === undefined) return plainNumbers;
  const type = (key: keyof Numbers): NumberType =>
    readNumberType(reading, fields[key], [...path, key]) ?? plainNumbers[key];
  return { weights: type('weights'), activations: type('activations') };
}

function readNumberType(reading: Reading, json: Json | undefined, path: Path): NumberType | undefined {
  if (json === undefined) return undefined;
  const type = numberTypeNames.find((known) => known === json);
  if (type !== undefined) return type;
  const near = typeof json === 'string' ? reading.nearest(json, () => numberTypeNames) : undefined;
  reading.report(
    path,
    near === undefined
      ? say('number-type-unknown', { known: numberTypeNames.join(', '), given: brief(json) })
      : say('number-type-unknown:near', {
          known: numberTypeNames.join(', '),
          given: brief(json),
          near,
        }),
  );
  return undefined;
}

/** Samples that memory and time are told for. */
export function readBatch(reading: Reading, json: Json | undefined, path: Path): number {
  if (json === undefined) return 1;
  if (typeof json === 'number' && Number.isInteger(json) && json >= 1 && json <= MAX_BATCH) return json;
  reading.wrongType(path, 'batch', say.part('whole-number-from', { most: MAX_BATCH }), json);
  return 1;
}

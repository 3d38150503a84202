import { messages } from '../../base/problem.ts';
import {
  type Canvas,
  type CanvasColour,
  type CanvasFrame,
  type CanvasNote,
  canvasColours,
  emptyCanvas,
  frameColour,
  MAX_CANVAS_ITEMS,
  MAX_NOTE_LENGTH,
  noteColour,
  noteTextSize,
} from '../../graph/canvas.ts';
import type { Json } from '../../schema/codec.ts';
import { canvasKeys, frameKeys, MAX_NAME_LENGTH, noteKeys } from './format.ts';
import type { Path } from './path.ts';
import { isCoordinate } from './read-layout.ts';
import { brief, type JsonObject, type Reading } from './reading.ts';

export const say = messages('formats/spec/read-canvas', {
  'key-missing': ['A note needs its "text".', 'Write its text.'],
  'list-at-most': 'a list of at most {{most}}',
  'pair-numbers': 'a pair of numbers {{form}}, none beyond a trillion',
  'number-between': 'a number from {{least}} to {{most}}',
  'bad-colour': ['A colour is one of {{known}}; got {{given}}.', 'Write one of them.'],
  'bad-colour:near': ['A colour is one of {{known}}; got {{given}}.', 'Did you mean "{{near}}"?'],
});

/** Notes and frames that stand on a canvas beside the nodes. */
export function readCanvas(reading: Reading, json: Json | undefined, path: Path): Canvas {
  const fields = json === undefined ? undefined : reading.object(json, path, 'canvas', canvasKeys);
  if (fields === undefined) return emptyCanvas;
  const notes = items(
    reading,
    fields.notes,
    [...path, 'notes'],
    'A note',
    noteKeys,
    (note, at): CanvasNote => {
      const { text } = note;
      if (text === undefined) reading.report(at, () => say('key-missing'));
      return {
        ...placed(reading, note, at, 'A note', noteColour),
        text: reading.text(text, [...at, 'text'], 'The text of a note', MAX_NOTE_LENGTH, ''),
        ...textSizeOf(reading, note.textSize, [...at, 'textSize']),
      };
    },
  );
  const frames = items(
    reading,
    fields.frames,
    [...path, 'frames'],
    'A frame',
    frameKeys,
    (frame, at): CanvasFrame => ({
      ...placed(reading, frame, at, 'A frame', frameColour),
      title: reading.text(frame.title, [...at, 'title'], 'The title of a frame', MAX_NAME_LENGTH, ''),
    }),
  );
  return { notes, frames };
}

function items<T>(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  what: string,
  keys: readonly string[],
  readItem: (fields: JsonObject, path: Path) => T,
): readonly T[] {
  if (json === undefined) return [];
  if (!Array.isArray(json) || json.length > MAX_CANVAS_ITEMS) {
    reading.wrongType(path, String(path.at(-1)), say.part('list-at-most', { most: MAX_CANVAS_ITEMS }), json);
    return [];
  }
  return (json as readonly Json[]).flatMap((item, i) => {
    const fields = reading.object(item, [...path, i], what, keys);
    return fields === undefined ? [] : [readItem(fields, [...path, i])];
  });
}

function placed(
  reading: Reading,
  { at, size, colour }: JsonObject,
  path: Path,
  what: string,
  usual: CanvasColour,
): Pick<CanvasNote, 'at' | 'size' | 'colour'> {
  const [x, y] = pair(
    reading,
    at,
    [...path, 'at'],
    `The place of ${what.toLowerCase()}`,
    '[x, y]',
    Number.NEGATIVE_INFINITY,
  );
  const [width, height] = pair(
    reading,
    size,
    [...path, 'size'],
    `The size of ${what.toLowerCase()}`,
    '[width, height]',
    0,
  );
  return {
    at: { x, y },
    size: { width, height },
    colour: readColour(reading, colour, [...path, 'colour'], usual),
  };
}

function pair(
  reading: Reading,
  json: Json | undefined,
  path: Path,
  what: string,
  form: string,
  above: number,
): readonly [number, number] {
  const [a, b] = Array.isArray(json) && json.length === 2 ? (json as readonly Json[]) : [];
  const fits = (value: Json | undefined): value is number => isCoordinate(value) && value > above;
  if (fits(a) && fits(b)) return [a, b];
  reading.wrongType(path, what, say.part('pair-numbers', { form }), json ?? null);
  return [1, 1];
}

function textSizeOf(reading: Reading, json: Json | undefined, path: Path): Pick<CanvasNote, 'textSize'> {
  const { least, most } = noteTextSize;
  if (json === undefined) return {};
  if (typeof json === 'number' && json >= least && json <= most) return { textSize: json };
  reading.wrongType(path, 'The size of the letters', say.part('number-between', { least, most }), json);
  return {};
}

function readColour(reading: Reading, json: Json | undefined, path: Path, usual: CanvasColour): CanvasColour {
  if (json === undefined) return usual;
  const colour = canvasColours.find((known) => known === json);
  if (colour !== undefined) return colour;
  const near = typeof json === 'string' ? reading.nearest(json, () => canvasColours) : undefined;
  reading.report(path, () =>
    near === undefined
      ? say('bad-colour', { known: canvasColours.join(', '), given: brief(json) })
      : say('bad-colour:near', { known: canvasColours.join(', '), given: brief(json), near }),
  );
  return usual;
}

import { type Phrase, titleKey } from '../../shared/base/messages.ts';
import { type Speech, type Tell, tellFrom } from '../../shared/base/speech.ts';
import { toPlain } from '../../shared/formats/tables/markup.ts';
import type { TextTable } from '../../shared/formats/tables/present.ts';
import { wordsOf } from '../../shared/languages/language.ts';
import { type Language, languageFrom } from '../../shared/languages/names.ts';
import { algorithmInWords, english, type Words, worded } from '../../shared/languages/words.ts';

/** A process speaks one language: the one that it was started in. */
interface Own extends Pick<Words, 'phrases' | 'texts'> {
  /** Lines with values in them, by their English. */
  readonly lines: Words['texts'];
  /** Parts of what the reader of arguments says, which puts names between them. */
  readonly pieces: Words['texts'];
}

const plain: Own = { ...english, lines: {}, pieces: {} };
/** What the command says in each, loaded when it is first asked for. */
const dictionaries: Readonly<Record<Language, () => Promise<Own>>> = {
  en: async () => plain,
  zh: async () => (await import('./zh.ts')).zh,
};
let spoken: Language = 'en';
let words: Words = english;
let own: Own = plain;

/** Which language is meant: by `--lang zh`, else by the surroundings, in the order that POSIX has. */
export function languageMeant(
  args: readonly string[],
  { LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>,
): Language {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const given = args[at]?.includes('=') ? args[at].slice('--lang='.length) : args[at + 1];
  return languageFrom(at < 0 ? null : (given ?? null), LC_ALL || LC_MESSAGES || LANG || '');
}

/** What this process speaks. */
export const spokenLanguage = (): Language => spoken;

export async function speak(language: Language): Promise<void> {
  spoken = language;
  words = await wordsOf(language);
  own = await dictionaries[language]();
}

/** What engine and command say, in the language of this process. */
export const said = (phrase: Phrase): string => worded(phrase, { ...words.phrases, ...own.phrases });

/** A text of the command, or what a definition of the engine shows. */
export function t(text: string): string {
  if (Object.hasOwn(own.texts, text)) return own.texts[text]!;
  return Object.hasOwn(words.texts, text) ? words.texts[text]! : text;
}

/** A line with values in it, in the language of this process: tell`${file}: has no pixels.` */
export const tell: Tell = (parts, ...values) => tellFrom(own.lines, parts, values);

/** What the engine's tables are told in. */
export const speech: Speech = { t, tell };

/** A text with lists in between: as much of it as is known, the longest first; the rest stays. */
export function inPieces(text: string): string {
  if (Object.hasOwn(own.texts, text)) return own.texts[text]!;
  const known = Object.keys(own.pieces)
    .filter((piece) => text.includes(piece))
    .sort((a, b) => b.length - a.length);
  let rest = text;
  let done = '';
  while (rest !== '') {
    const piece = known.find((each) => rest.startsWith(each));
    done += piece === undefined ? rest[0] : own.pieces[piece];
    rest = rest.slice(piece?.length ?? 1);
  }
  return done;
}

/** A table for people, as lines. */
export const printed = (table: TextTable): string => toPlain(inWordsOf(table));

/** Columns whose cells are words, and no names or numbers. */
const inWords = new Set(['Sees', 'Convention', 'Fits', 'Bound by', 'Layout']);

/** Headings, layers and cells that are words; the caption and the last line are in words already. */
function inWordsOf({ columns, rows, ...rest }: TextTable): TextTable {
  return {
    ...rest,
    columns: columns.map(({ title, align }) => ({ title: t(title), align })),
    rows: rows.map((row) =>
      row.map((cell, i) => {
        const heading = columns[i]?.title;
        if (heading === 'Layer') return layerInWords(cell);
        if (heading === 'Algorithm') return algorithmInWords(cell, words);
        return heading !== undefined && inWords.has(heading) ? t(cell) : cell;
      }),
    ),
  };
}

/** `Max pool 3×3, stride 2`: a layer's title, and what stands behind it. */
function layerInWords(cell: string): string {
  const title = cell.split(' ').reduce<string | undefined>((found, _, i, parts) => {
    const start = parts.slice(0, i + 1).join(' ');
    return Object.hasOwn(words.phrases, titleKey(start)) ? start : found;
  }, undefined);
  if (title === undefined) return cell;
  return `${words.phrases[titleKey(title)]}${cell.slice(title.length).replace(/ \(bypassed\)$/, t)}`;
}

/** A line with values in it, in some language: tell`${file}: has no pixels.` */
export type Tell = (parts: TemplateStringsArray, ...values: readonly (string | number)[]) => string;

/** How lines are told in a language: whole texts, and lines with values in them. */
export interface Speech {
  readonly t: (text: string) => string;
  readonly tell: Tell;
}

/** Tells lines of a table, which has them by their English, with {0}, {1} … where values stand; others in English. */
export function tellFrom(
  lines: Readonly<Record<string, string>>,
  parts: TemplateStringsArray,
  values: readonly (string | number)[],
): string {
  const english = parts.reduce((text, part, i) => `${text}{${i - 1}}${part}`);
  const line = Object.hasOwn(lines, english) ? lines[english]! : english;
  return line.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)]));
}

export const inEnglish: Speech = {
  t: (text) => text,
  tell: (parts, ...values) => tellFrom({}, parts, values),
};

/** Text for XML, in an element or in quotes; characters that XML cannot hold are replaced. */
export function xmlText(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** Text within a cell of a Markdown table: nothing in it is read as Markdown or as HTML. */
export function cellText(text: string): string {
  return text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\\`*_{}[\]<>|~#@]/g, (char) => (char === '@' ? '&#64;' : `\\${char}`));
}

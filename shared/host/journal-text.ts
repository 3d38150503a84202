/**
 * A journal as hosts keep it: a line of the host's own, then the page's lines, and among those a line for each save that begins,
 * with what it makes of the file.
 */
const SAVING = /^\{"saving":"([0-9a-f]{64})"\}$/;
const NEWLINE = 10;

/** More of one document's work is not read. */
export const MAX_JOURNAL_BYTES = 128 << 20;

/** A line of the host's own among those of the page: a save that begins there. `content` is the file's SHA-256 then. */
export const savingLine = (content: string): string => `{"saving":"${content}"}\n`;

/** What a line says that a save was to make of the file; undefined of a line of the page's. */
export const savingIn = (line: string): string | undefined => SAVING.exec(line)?.[1];

/** The page's lines, and apart from them what saves that may not have ended were to make of the file. */
export function savesApart(text: string): { readonly lines: string; readonly saving: readonly string[] } {
  const saving: string[] = [];
  const lines = text.split('\n').filter((line) => {
    const content = savingIn(line);
    if (content !== undefined) saving.push(content);
    return content === undefined;
  });
  return { lines: lines.join('\n'), saving };
}

/** The lines behind the first one and so many bytes more, which are no work of themselves. */
export function linesBehind(whole: Uint8Array, cleanBytes: number): readonly string[] {
  const rest = whole.subarray(whole.indexOf(NEWLINE) + 1 + cleanBytes);
  return new TextDecoder()
    .decode(rest)
    .split('\n')
    .filter((line) => line !== '');
}

/** Text as a file has it whose lines end by CR LF, where `like` is such; with its byte order mark, if it has one. */
export function withLineEndsOf(like: string, text: string): string {
  const mark = like.startsWith('\uFEFF') ? '\uFEFF' : '';
  return mark + (/\r\n/.test(like) ? text.replaceAll('\n', '\r\n') : text);
}

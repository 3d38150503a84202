/** The same file without the design beside the graph, as other tools write it. */
export function withoutDesign(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  const at = changed.indexOf('netwright.design');
  if (at < 0) throw new RangeError('There is no design in this file.');
  changed[at] = 'N'.charCodeAt(0);
  return changed;
}

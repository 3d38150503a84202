/** The same file without the design beside the graph, as other tools write it. */
export function withoutDesign(bytes: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode('netwright.design');
  const at = bytes.findIndex((_, i) => text.every((byte, k) => bytes[i + k] === byte));
  const changed = bytes.slice();
  changed[at] = 'N'.charCodeAt(0);
  return changed;
}

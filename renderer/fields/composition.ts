/** What old events say instead of `isComposing`; Safari's last one of a composition says nothing else. */
const IN_COMPOSITION = 229;

/**
 * Keys that an input method takes to write Chinese, Japanese or Korean are its own: Enter chooses a word there, and ends
 * no field, list, search or dialog. Whoever listens to keys, here or in a library, is told of none of them.
 */
export function keepCompositions(ended: AbortSignal): void {
  for (const type of ['keydown', 'keyup'] as const)
    window.addEventListener(
      type,
      (event) => {
        if (!event.isComposing && event.keyCode !== IN_COMPOSITION) return;
        event.stopImmediatePropagation();
        // A field to search in empties itself, and the page goes on to the next field.
        if (event.key === 'Escape' || event.key === 'Tab') event.preventDefault();
      },
      { capture: true, signal: ended },
    );
}

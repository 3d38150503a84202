/**
 * Lets Escape end what the mouse is in the midst of: whoever follows the mouse is told that its button came up, once it is
 * noted that nothing is to come of it. Gives what ends the listening.
 */
export function onGivingUp(note: () => void): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.isComposing) return;
    // The selection is let go of by the next one.
    event.preventDefault();
    event.stopImmediatePropagation();
    note();
    document.dispatchEvent(new MouseEvent('mouseup', { bubbles: true, view: window }));
  };
  window.addEventListener('keydown', listen, { capture: true });
  return () => window.removeEventListener('keydown', listen, { capture: true });
}

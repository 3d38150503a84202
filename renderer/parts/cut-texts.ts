/** Whether the end of an element's text is not seen. */
const isCut = (element: HTMLElement): boolean => {
  const { overflowX, overflowY } = getComputedStyle(element);
  const hides = (overflow: string): boolean => overflow === 'hidden' || overflow === 'clip';
  return (
    (hides(overflowX) && element.scrollWidth > element.clientWidth) ||
    (hides(overflowY) && element.scrollHeight > element.clientHeight + 1)
  );
};

const hasOwnText = ({ childNodes }: Element): boolean =>
  [...childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue?.trim());

/** What was given its title here, which goes with the text that it says. */
const given = new WeakSet<Element>();

/** Where a text is cut off, the whole of it is shown when the pointer rests there; ends when what it returns is called. */
export function tellCutTexts(): () => void {
  const look = ({ target }: Event): void => {
    if (!(target instanceof HTMLElement) || !hasOwnText(target)) return;
    if (!given.has(target) && target.closest('[title]')) return;
    if (isCut(target)) {
      target.title = target.textContent.trim();
      given.add(target);
    } else if (given.delete(target)) target.removeAttribute('title');
  };
  document.addEventListener('pointerover', look);
  return () => document.removeEventListener('pointerover', look);
}

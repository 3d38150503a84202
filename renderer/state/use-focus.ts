import { type RefCallback, useCallback } from 'react';
import type { FocusTarget } from './focus.ts';
import { useTheApp } from './use-app.ts';

const itself = (element: HTMLElement): void => element.focus();

/** What a part of the window gives the focus to: the first control in it, or itself where it has none. */
export function firstWithin(part: HTMLElement): void {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node instanceof HTMLElement) || node.tabIndex < 0) continue;
    node.focus();
    // What is disabled or hidden takes no focus.
    if (node === document.activeElement) return;
  }
  part.focus();
}

/** The ref of an element that takes the focus under a name for as long as it is there. */
export function useFocusTarget<E extends HTMLElement>(name: FocusTarget, take = itself): RefCallback<E> {
  const { focus } = useTheApp();
  return useCallback(
    (element: E | null) =>
      element
        ? focus.offer(name, {
            focus: () => take(element),
            has: () => element.contains(document.activeElement),
            box: () => element.getBoundingClientRect(),
          })
        : undefined,
    [focus, name, take],
  );
}

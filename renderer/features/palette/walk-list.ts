import { type RefObject, useEffect, useRef } from 'react';

const ITEMS = 'summary, .palette-entry';

const itemsIn = (list: HTMLElement): readonly HTMLElement[] =>
  [...list.querySelectorAll<HTMLElement>(ITEMS)].filter((item) => item.offsetParent !== null);

/** Tab comes to the item given, else to where it came before, else to the first. */
function keepPlace(list: HTMLElement, at?: EventTarget | null): void {
  const items = itemsIn(list);
  const given = items.find((item) => item === at);
  const before = items.find((item) => item.dataset.place !== undefined);
  const place = given ?? before ?? items[0];
  for (const item of list.querySelectorAll<HTMLElement>(ITEMS)) {
    item.tabIndex = item === place ? 0 : -1;
    if (item === place) item.dataset.place = '';
    else delete item.dataset.place;
  }
}

/** Moves the focus by an arrow key, Home or End; whether that key does. */
function walk(list: HTMLElement, key: string): boolean {
  const items = itemsIn(list);
  const at = items.findIndex((item) => item.matches(':focus'));
  const last = items.length - 1;
  const ways: Readonly<Record<string, number>> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: last };
  const to = ways[key];
  if (to === undefined || at < 0) return false;
  items[Math.max(0, Math.min(last, to))]?.focus();
  return true;
}

/**
 * Makes a list one stop for Tab, within which arrow keys walk: who goes through the window is not led past a hundred layers.
 * A search, and a family that is folded, change what there is to walk through.
 */
export function useListWalk<E extends HTMLElement>(): RefObject<E | null> {
  const ref = useRef<E>(null);
  useEffect(() => {
    if (ref.current) keepPlace(ref.current);
  });
  useEffect(() => {
    const list = ref.current;
    if (!list) return undefined;
    const press = (event: KeyboardEvent): void => {
      if (walk(list, event.key)) event.preventDefault();
    };
    const enter = (event: FocusEvent): void => keepPlace(list, event.target);
    list.addEventListener('keydown', press);
    list.addEventListener('focusin', enter);
    return () => {
      list.removeEventListener('keydown', press);
      list.removeEventListener('focusin', enter);
    };
  }, []);
  return ref;
}

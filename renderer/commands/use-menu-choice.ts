import { useRef } from 'react';

interface MenuChoice {
  /** Notes what was chosen in the menu. */
  choose(id: string): void;
  /** For the content of the menu, which calls it when it has gone. */
  onCloseAutoFocus(): void;
}

/**
 * Does what was chosen in a menu once the menu has gone and given the focus back: what a command opens takes the focus, and
 * has to keep it, else what is typed there goes elsewhere.
 */
export function useMenuChoice(run: (id: string) => unknown): MenuChoice {
  const chosen = useRef<string>(undefined);
  return {
    choose(id) {
      chosen.current = id;
    },
    onCloseAutoFocus() {
      const id = chosen.current;
      chosen.current = undefined;
      // The focus is given back by who called this.
      if (id !== undefined) queueMicrotask(() => run(id));
    },
  };
}

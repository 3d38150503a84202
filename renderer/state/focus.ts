/** The parts of the window, in the order in which F6 visits them. */
export const windowParts = ['toolbar', 'palette', 'canvas', 'panels', 'inspector', 'tour'] as const;
export type WindowPart = (typeof windowParts)[number];

/** What can be given the focus by name, from anywhere. */
export type FocusTarget =
  | WindowPart
  | 'inspector.name'
  | 'inspector.swap'
  | 'run.input'
  | 'gauges'
  | 'search'
  | `command.${string}`
  | `parameter.${string}`;

/** Pixels of the window. */
export interface WindowBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a target takes the focus, whether it has it, and where it is. */
export interface Focusable {
  focus(): void;
  /** Whether the focus is on it, or within. */
  has(): boolean;
  box(): WindowBox;
}

export interface FocusPort {
  /** Offers a target until what is returned is called. */
  offer(name: FocusTarget, target: Focusable): () => void;
  /** Moves the focus there; false where there is no such target now. */
  focus(name: FocusTarget): boolean;
  /** Where that is now; undefined where there is no such target. */
  boxOf(name: FocusTarget): WindowBox | undefined;
  /** On from the part of the window that has the focus to the next one that is there. */
  nextPart(): void;
}

/** The port between commands that move the focus and the controls that take it. */
export function createFocus(): FocusPort {
  const targets = new Map<FocusTarget, Focusable>();
  const focus = (name: FocusTarget): boolean => {
    const target = targets.get(name);
    target?.focus();
    return target !== undefined;
  };
  return {
    offer(name, target) {
      targets.set(name, target);
      return () => {
        if (targets.get(name) === target) targets.delete(name);
      };
    },
    focus,
    boxOf: (name) => targets.get(name)?.box(),
    nextPart() {
      const at = windowParts.findIndex((part) => targets.get(part)?.has());
      for (let i = 1; i <= windowParts.length; i++)
        if (focus(windowParts[(at + i) % windowParts.length]!)) return;
    },
  };
}

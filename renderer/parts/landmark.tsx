import { createContext, type ReactNode, useContext, useState } from 'react';

const Landmark = createContext<HTMLElement | null>(null);

/** The main part of a page. Menus that open from it belong to it too, wherever they are drawn. */
export function Main({ className, children }: { readonly className: string; readonly children: ReactNode }) {
  const [element, setElement] = useState<HTMLElement | null>(null);
  return (
    <main ref={setElement} className={className}>
      <Landmark value={element}>{children}</Landmark>
    </main>
  );
}

/** The part that a menu opens from, for its portal: the main part, once it is there. */
export const useLandmark = (): HTMLElement | null => useContext(Landmark);

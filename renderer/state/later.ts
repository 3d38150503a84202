import { type ReactNode, useDeferredValue } from 'react';
import { LARGE } from './derive.ts';
import { useApp } from './use-app.ts';

/** Of a large design comes a moment after what is around it, a part at a time, so that the window answers meanwhile. */
export function Later({ children }: { readonly children: ReactNode }) {
  const isLarge = useApp(({ analysis }) => analysis.facts.size > LARGE);
  const isTime = useDeferredValue(true, false);
  return isTime || !isLarge ? children : null;
}

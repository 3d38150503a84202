import { useEffect, useState } from 'react';
import { LARGE } from './derive.ts';

/** How long nothing changes before what takes its time is shown anew. */
const SETTLE_MS = 200;

/**
 * Something of a design with so many nodes; of a large one as it was until the hand rests, for what is drawn from all of
 * it would keep every key waiting. At most as old as a pause between two edits.
 */
export function useSettled<Value>(now: Value, nodes: number): Value {
  const [settled, setSettled] = useState(now);
  useEffect(() => {
    if (nodes <= LARGE) {
      setSettled(() => now);
      return;
    }
    const timer = setTimeout(() => setSettled(() => now), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [now, nodes]);
  return nodes <= LARGE ? now : settled;
}

import { useMemo } from 'react';
import type { App } from '../state/app.ts';
import { designOf } from '../state/app-state.ts';
import { useApp } from '../state/use-app.ts';
import { type Addable, addablesOf } from './addable.ts';

/** Everything that can be put where the user is. */
export function addables(app: App): readonly Addable[] {
  return addablesOf(designOf(app.getState()).blocks, app.getState().block);
}

export function useAddables(): readonly Addable[] {
  const blocks = useApp((state) => designOf(state).blocks);
  const within = useApp((state) => state.block);
  return useMemo(() => addablesOf(blocks, within), [blocks, within]);
}

import { useMemo } from 'react';
import { type Addable, addablesOf } from '../canvas/addable.ts';
import { app, designOf, useApp } from './app.ts';

/** Everything that can be put where the user is. */
export function addables(): readonly Addable[] {
  return addablesOf(designOf(app.getState()).blocks, undefined);
}

export function useAddables(): readonly Addable[] {
  const blocks = useApp((state) => designOf(state).blocks);
  return useMemo(() => addablesOf(blocks, undefined), [blocks]);
}

import type { Draft } from 'immer';
import type { Design } from './design.ts';
import type { Edit } from './edits.ts';

/**
 * Makes a design compute what another one does: its nodes, wires and blocks. What is the same in both is left alone, so
 * that what is known of it still holds. Nodes stay where they stand; new ones stand nowhere yet.
 */
export function become({ nodes, wires, blocks }: Design): Edit {
  return (draft) => {
    into(draft.nodes, nodes);
    into(draft.wires, wires);
    into(draft.blocks, blocks);
    for (const id of Object.keys(draft.layout)) if (!Object.hasOwn(nodes, id)) delete draft.layout[id];
  };
}

function into<T>(draft: Record<string, Draft<T>>, wanted: Readonly<Record<string, T>>): void {
  for (const id of Object.keys(draft)) if (!Object.hasOwn(wanted, id)) delete draft[id];
  for (const [id, value] of Object.entries(wanted)) {
    if (Object.hasOwn(draft, id) && JSON.stringify(draft[id]) === JSON.stringify(value)) continue;
    draft[id] = value as Draft<T>;
  }
}

import { createStore } from 'zustand/vanilla';
import { definitionOf } from '../../../shared/blocks/index.ts';
import type { PortRef } from '../../../shared/graph/design.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { defineSlice } from '../../state/slice.ts';
import { pointerInWindow } from './pointer.ts';
import type { QuickAddAt } from './quick-add.tsx';

/** Where a layer is being added by name, and what is to be done with it. */
export interface Adding extends QuickAddAt {
  /** An output that feeds it. */
  readonly from?: PortRef;
  /** A wire that it is put on. */
  readonly wire?: string;
  /** Opened by key: the layer goes after the selected one. */
  readonly afterSelection?: boolean;
}

interface QuickAdding {
  readonly adding: Adding | undefined;
}

export const quickAddingOf = defineSlice<QuickAdding>(() =>
  createStore<QuickAdding>()(() => ({ adding: undefined })),
);

const dimsAt = (app: App, { node, port }: PortRef) =>
  app.getState().analysis.facts.get(node)?.outputs?.[port];

/** Offers what can follow a port, at a point of the window. */
export function addBehind(app: App, from: PortRef, x: number, y: number): void {
  const fedBy = dimsAt(app, from);
  quickAddingOf(app).setState({ adding: { x, y, needsInput: true, from, ...(fedBy ? { fedBy } : {}) } });
}

/** Offers layers by name at a point of the window; behind the selected one, where one is, what can follow it first. */
export function addByKey(app: App, x: number, y: number): void {
  const { selection } = app.getState();
  const [id, ...more] = selection;
  const node = id === undefined || more.length > 0 ? undefined : designOf(app.getState()).nodes[id];
  const port = node && definitionOf(node.kind).outputs(node.params)[0]?.name;
  const follows = id === undefined || port === undefined ? undefined : dimsAt(app, { node: id, port });
  quickAddingOf(app).setState({
    adding: { x, y, needsInput: false, afterSelection: true, ...(follows ? { follows } : {}) },
  });
}

/** Offers what can be put on the selected wire, where the pointer was. */
export function addOnWire(app: App): void {
  const [wire] = app.getState().wires;
  const from = wire === undefined ? undefined : designOf(app.getState()).wires[wire]?.from;
  if (wire === undefined || !from) return;
  const { x, y } = pointerInWindow(app) ?? { x: 0, y: 0 };
  const fedBy = dimsAt(app, from);
  quickAddingOf(app).setState({ adding: { x, y, needsInput: true, wire, ...(fedBy ? { fedBy } : {}) } });
}

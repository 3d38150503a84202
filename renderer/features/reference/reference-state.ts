import { createStore } from 'zustand/vanilla';
import { hasInside, type NodeKind } from '../../../shared/blocks/index.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { defineSlice } from '../../state/slice.ts';

interface Reading {
  readonly open: boolean;
  /** The page that is read, by its path under docs/; undefined for the list of all. */
  readonly page: string | undefined;
  /** Pages that were read before, the last one last. */
  readonly before: readonly (string | undefined)[];
  readonly search: string;
}

export const readingOf = defineSlice<Reading>(() =>
  createStore<Reading>()(() => ({ open: false, page: undefined, before: [], search: '' })),
);

/** More steps back are taken by nobody. */
const MOST_BEFORE = 50;

/** Opens the reference at a page, or at its list. */
export function readPage(app: App, page: string | undefined): void {
  const { page: now, before, open } = readingOf(app).getState();
  const steps = open && now !== page ? [...before, now].slice(-MOST_BEFORE) : before;
  readingOf(app).setState({ open: true, page, before: steps });
}

/** Goes to the page that was read before. */
export function readBack(app: App): void {
  const { before } = readingOf(app).getState();
  readingOf(app).setState({ page: before.at(-1), before: before.slice(0, -1) });
}

export const closeReference = (app: App): void => readingOf(app).setState({ open: false });

/** Where a layer or block is described. */
export const pageOfKind = (kind: NodeKind): string => `${hasInside(kind) ? 'blocks' : 'layers'}/${kind}.md`;

/** The page of the selected node, where one is selected; else the page that was read last. */
export function openReference(app: App): void {
  const state = app.getState();
  const [selected, ...more] = state.screen === 'editor' ? state.selection : [];
  const node = selected === undefined || more.length > 0 ? undefined : designOf(state).nodes[selected];
  readPage(app, node ? pageOfKind(node.kind) : readingOf(app).getState().page);
}

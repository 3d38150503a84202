import { createStore } from 'zustand/vanilla';
import { smallestOf } from '../../../shared/base/extremes.ts';
import type { CanvasNote, Size } from '../../../shared/graph/canvas.ts';
import type { Design, NodeId, Point } from '../../../shared/graph/design.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { openArranged } from '../../documents/files.ts';
import { mayDiscard } from '../../documents/saving.ts';
import type { App } from '../../state/app.ts';
import { compareWith } from '../../state/compared.ts';
import { defineSlice } from '../../state/slice.ts';
import { chapters, figuresOf, titleOf } from './chapters.ts';

interface Telling {
  /** The chapter that is open; undefined where the story is not told. */
  readonly chapter: number | undefined;
}

export const tellingOf = defineSlice<Telling>(() => createStore<Telling>()(() => ({ chapter: undefined })));

const NOTE_WIDTH = 300;
const GAP = 40;
const CHARACTERS_PER_LINE = 40;
const LINE = 20;
const PADDING = 30;

/** Tall enough for its text, each character of which is as wide as a letter or twice that. */
function sizeOf(text: string): Size {
  const width = (line: string): number => [...line].reduce((sum, each) => sum + (each > '\u2e80' ? 2 : 1), 0);
  const lines = text.split('\n').map((line) => Math.max(1, Math.ceil(width(line) / CHARACTERS_PER_LINE)));
  return { width: NOTE_WIDTH, height: PADDING + LINE * lines.reduce((sum, each) => sum + each, 0) };
}

/** Notes in a row over the drawing, in the order of what they speak of; none covers another. */
export function placeNotes(
  notes: readonly { readonly by: NodeId; readonly text: string }[],
  layout: Readonly<Record<NodeId, Point>>,
): readonly CanvasNote[] {
  const places = Object.values(layout);
  const left = smallestOf(places.map(({ x }) => x));
  const top = smallestOf(places.map(({ y }) => y));
  return notes.map(({ text }, i) => {
    const size = sizeOf(text);
    const at = { x: left + i * (NOTE_WIDTH + GAP), y: top - GAP - size.height };
    return { at, size, colour: i === notes.length - 1 ? 'blue' : 'yellow', text };
  });
}

/** A chapter's network with its notes on the canvas, in the language that is shown. */
export function chapterDesign(index: number, layout: Readonly<Record<NodeId, Point>>): Design {
  const { id, notes } = chapters[index]!;
  const before = chapters[index - 1];
  const now = figuresOf(id);
  const written = notes(now, before && figuresOf(before.id));
  return { ...now.design, layout, canvas: { notes: placeNotes(written, layout), frames: [] } };
}

/** Opens a chapter, unless there is work that the user would rather keep. */
export async function openChapter(app: App, index: number): Promise<void> {
  const chapter = chapters[index];
  if (!chapter || !(await mayDiscard(app))) return;
  const layout = await app.arrange(zooEntry(chapter.id).build(), app.getState().direction);
  await openArranged(app, chapterDesign(index, layout));
  tellingOf(app).setState({ chapter: index });
  const before = chapters[index - 1];
  if (before) compareWith(app, { name: titleOf(before), design: zooEntry(before.id).build() });
}

/** Shows what the open chapter changed, layer by layer. */
export function compareWithBefore(app: App): void {
  const { chapter } = tellingOf(app).getState();
  const before = chapter === undefined ? undefined : chapters[chapter - 1];
  if (!before) return;
  compareWith(app, { name: titleOf(before), design: zooEntry(before.id).build() });
  app.getState().showPanel('compare');
}

/** The story ends where something else is opened. */
export function watchStory(app: App): void {
  app.subscribe((state, before) => {
    const another = state.opened !== before.opened || state.screen !== before.screen;
    if (another && tellingOf(app).getState().chapter !== undefined)
      tellingOf(app).setState({ chapter: undefined });
  });
}

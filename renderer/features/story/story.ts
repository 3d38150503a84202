import { createStore } from 'zustand/vanilla';
import { largestOf, smallestOf } from '../../../shared/base/extremes.ts';
import { type CanvasNote, noteTextSize, type Size } from '../../../shared/graph/canvas.ts';
import type { Design, NodeId, Point } from '../../../shared/graph/design.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { openArranged } from '../../documents/files.ts';
import { mayDiscard } from '../../documents/saving.ts';
import { NODE_HEIGHT, NODE_WIDTH } from '../../layout/geometry.ts';
import { lettersIn } from '../../parts/format.ts';
import type { App } from '../../state/app.ts';
import { documentOf, isDirty } from '../../state/app-state.ts';
import { compareWith } from '../../state/compared.ts';
import { defineSlice } from '../../state/slice.ts';
import { chapters, figuresOf, titleOf } from './chapters.ts';

interface Telling {
  /** The chapter that is open; undefined where the story is not told. */
  readonly chapter: number | undefined;
}

export const tellingOf = defineSlice<Telling>(() => createStore<Telling>()(() => ({ chapter: undefined })));

/** As wide and as high as what is seen of a canvas at least: what is fitted into that is to be read. */
const SEEN: Size = { width: 760, height: 480 };
/** Letters of a note as they are read, in pixels of the screen. */
const READ = 11;
/** All to the size of the letters: how wide one is, how high a line, the air around a text and between two notes. */
const LETTER = 0.54;
const LINE = 1.45;
const AIR = 2;
const GAP = 2;
/** Longer lines are hard to follow. */
const MOST_LETTERS = 56;
const LEAST_LETTERS = 24;

/** How high a text is in lines of so many letters, each of which is as wide as a letter or as two. */
function linesOf(text: string, letters: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(lettersIn(line) / letters)), 0);
}

/**
 * Notes in a row over the drawing, in the order of what they speak of; none covers another. Their letters can be read where
 * all of the drawing is seen.
 */
export function placeNotes(
  notes: readonly { readonly by: NodeId; readonly text: string }[],
  layout: Readonly<Record<NodeId, Point>>,
): readonly CanvasNote[] {
  const places = Object.values(layout);
  const [left, top] = [smallestOf(places.map(({ x }) => x)), smallestOf(places.map(({ y }) => y))];
  const width = largestOf(places.map(({ x }) => x)) + NODE_WIDTH - left;
  const height = largestOf(places.map(({ y }) => y)) + NODE_HEIGHT - top;
  const textSize = Math.max(
    noteTextSize.usual,
    Math.min(noteTextSize.most, Math.round(READ * Math.max(width / SEEN.width, height / SEEN.height))),
  );
  const gap = GAP * textSize;
  const column = (width - gap * (notes.length - 1)) / notes.length - AIR * textSize;
  const letters = Math.min(MOST_LETTERS, Math.max(LEAST_LETTERS, Math.floor(column / (LETTER * textSize))));
  const noteWidth = Math.round((letters * LETTER + AIR) * textSize);
  return notes.map(({ text }, i) => {
    const size = {
      width: noteWidth,
      height: Math.round((linesOf(text, letters) * LINE + AIR) * textSize),
    };
    const at = { x: left + i * (noteWidth + gap), y: top - gap - size.height };
    return { at, size, colour: i === notes.length - 1 ? 'blue' : 'yellow', text, textSize };
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
  await tell(app, index, await app.arrange(zooEntry(chapter.id).build(), app.getState().direction));
}

async function tell(app: App, index: number, layout: Readonly<Record<NodeId, Point>>): Promise<void> {
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

/**
 * The story ends where something else is opened. In another language its notes are told anew, unless the user has made the
 * design a work of their own.
 */
export function watchStory(app: App): void {
  app.subscribe((state, before) => {
    const { chapter } = tellingOf(app).getState();
    if (chapter === undefined) return;
    if (state.opened !== before.opened || state.screen !== before.screen)
      tellingOf(app).setState({ chapter: undefined });
    else if (state.language !== before.language && !isDirty(state))
      void tell(app, chapter, documentOf(state).layout);
  });
}

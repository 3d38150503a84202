import { type Node, type NodeProps, NodeResizer, NodeToolbar, Position } from '@xyflow/react';
import { AArrowDown, AArrowUp, Trash2 } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode } from 'react';
import {
  type CanvasColour,
  type CanvasFrame,
  type CanvasNote,
  canvasColours,
  MAX_NOTE_LENGTH,
  noteTextSize,
} from '../../../shared/graph/canvas.ts';
import { type CanvasItem, changeCanvasItem, removeCanvasItems } from '../../../shared/graph/canvas-edits.ts';
import { useT } from '../../i18n/i18n.ts';
import { BriefMarkdown } from '../../parts/brief-markdown.tsx';
import type { App } from '../../state/app.ts';
import { useSlice } from '../../state/slice.ts';
import { useTheApp } from '../../state/use-app.ts';
import { colour, editingOf, itemId } from './items.ts';

interface ItemData extends Record<string, unknown> {
  readonly item: CanvasItem;
  /** It is inside of a block that is open in place: it is read there, and written where the block has its own canvas. */
  readonly isRead?: boolean;
}
export type NoteFlowNode = Node<ItemData & { readonly note: CanvasNote }, 'note'>;
export type FrameFlowNode = Node<ItemData & { readonly frame: CanvasFrame }, 'frame'>;
export type ItemFlowNode = NoteFlowNode | FrameFlowNode;

const colourTitles: Readonly<Record<CanvasColour, string>> = {
  yellow: 'Yellow',
  green: 'Green',
  blue: 'Blue',
  purple: 'Purple',
  red: 'Red',
  grey: 'Grey',
};
const MAX_TITLE = 200;

/** Its colours and its end, over what is selected. */
function ItemTools({ item, colour: now, shown, children }: ToolsProps) {
  const app = useTheApp();
  const t = useT();
  return (
    <NodeToolbar isVisible={shown} position={Position.Top} className="item-tools">
      {canvasColours.map((each) => (
        <button
          key={each}
          type="button"
          className={`swatch is-${each}`}
          aria-label={t(colourTitles[each])}
          title={t(colourTitles[each])}
          aria-pressed={each === now}
          onClick={() => colour(app, [item], each)}
        />
      ))}
      {children}
      <button
        type="button"
        className="icon-button"
        aria-label={t('Delete')}
        title={t('Delete')}
        onClick={() => app.getState().edit(t('Delete'), removeCanvasItems([item]))}
      >
        <Trash2 size={14} />
      </button>
    </NodeToolbar>
  );
}

interface ToolsProps {
  readonly item: CanvasItem;
  readonly colour: CanvasColour;
  readonly shown: boolean;
  readonly children?: ReactNode;
}

/** What letters of a note can be chosen to be. */
const textSizes: readonly number[] = [10, noteTextSize.usual, 17, 22, 29, 38, 50, 65];

/** Makes the letters of a note larger and smaller, by one step of what there is. */
function TextSize({ item, size }: { readonly item: CanvasItem; readonly size: number }) {
  const app = useTheApp();
  const t = useT();
  const steps = [
    { title: t('Smaller letters'), Icon: AArrowDown, to: textSizes.findLast((each) => each < size) },
    { title: t('Larger letters'), Icon: AArrowUp, to: textSizes.find((each) => each > size) },
  ];
  return steps.map(({ title, Icon, to }) => (
    <button
      key={title}
      type="button"
      className="icon-button"
      aria-label={title}
      title={title}
      disabled={to === undefined}
      onClick={() => app.getState().edit(title, changeCanvasItem('notes', item.index, { textSize: to! }))}
    >
      <Icon size={14} />
    </button>
  ));
}

function ItemResizer({
  item,
  shown,
  least,
}: {
  readonly item: CanvasItem;
  readonly shown: boolean;
  readonly least: number;
}) {
  const app = useTheApp();
  const t = useT();
  return (
    <NodeResizer
      isVisible={shown}
      minWidth={80}
      minHeight={least}
      onResizeEnd={(_, { x, y, width, height }) => {
        const place = { at: { x: Math.round(x), y: Math.round(y) } };
        const size = { width: Math.round(width), height: Math.round(height) };
        app.getState().edit(t('Resize'), changeCanvasItem(item.part, item.index, { ...place, size }));
      }}
    />
  );
}

const write = (app: App, id: string | undefined): void => editingOf(app).setState({ id });

/** Ends writing by Escape, and by Enter where that is no new line; the canvas has the keys again. */
function endByKey(event: KeyboardEvent<HTMLElement>, lines: boolean): void {
  event.stopPropagation();
  if (event.nativeEvent.isComposing) return;
  const enter = event.key === 'Enter' && (!lines || event.ctrlKey || event.metaKey);
  if (event.key !== 'Escape' && !enter) return;
  event.currentTarget.blur();
  event.currentTarget.closest<HTMLElement>('.canvas')?.focus();
}

/** A note on the canvas: Markdown, written by a double click or Enter. */
export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<NoteFlowNode>) {
  const { item, note, isRead } = data;
  return isRead ? (
    <div className={`canvas-note is-${note.colour}`} style={lettersOf(note)}>
      <div className="note-text">
        <BriefMarkdown text={note.text} />
      </div>
    </div>
  ) : (
    <OwnNote item={item} note={note} selected={selected} />
  );
});

const lettersOf = ({ textSize }: CanvasNote) => ({ fontSize: textSize ?? noteTextSize.usual });

interface OwnNoteProps {
  readonly item: CanvasItem;
  readonly note: CanvasNote;
  readonly selected: boolean;
}

function OwnNote({ item, note, selected }: OwnNoteProps) {
  const app = useTheApp();
  const t = useT();
  const id = itemId(item);
  const writing = useSlice(editingOf, (state) => state.id === id);
  const commit = (text: string): void => {
    write(app, undefined);
    const { edit } = app.getState();
    if (text.trim() === '') edit(t('Delete'), removeCanvasItems([item]));
    else if (text !== note.text) edit(t('Write a note'), changeCanvasItem('notes', item.index, { text }));
  };
  return (
    <div
      className={`canvas-note is-${note.colour}${selected ? ' is-selected' : ''}`}
      style={lettersOf(note)}
      data-testid={`note-${item.index}`}
    >
      <ItemTools item={item} colour={note.colour} shown={selected && !writing}>
        <TextSize item={item} size={note.textSize ?? noteTextSize.usual} />
      </ItemTools>
      <ItemResizer item={item} shown={selected} least={40} />
      {writing ? (
        <textarea
          className="nodrag nowheel"
          // biome-ignore lint/a11y/noAutofocus: it was asked for.
          autoFocus
          defaultValue={note.text}
          maxLength={MAX_NOTE_LENGTH}
          placeholder={t('Write a note; Markdown is shown')}
          aria-label={t('Note')}
          onBlur={(event) => commit(event.target.value)}
          onKeyDown={(event) => endByKey(event, true)}
        />
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a button holds no paragraphs and lists.
        <div
          className="note-text nowheel"
          role="button"
          tabIndex={0}
          aria-label={`${t('Note')}: ${note.text}`}
          onDoubleClick={() => write(app, id)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            event.stopPropagation();
            write(app, id);
          }}
        >
          <BriefMarkdown text={note.text} />
        </div>
      )}
    </div>
  );
}

/** A coloured area behind nodes; by its title it is dragged, with all that stands in it. */
export const FrameNode = memo(function FrameNode({ data, selected }: NodeProps<FrameFlowNode>) {
  const { item, frame, isRead } = data;
  return isRead ? (
    <div className={`canvas-frame is-${frame.colour}`}>
      <span className="frame-title">{frame.title}</span>
    </div>
  ) : (
    <OwnFrame item={item} frame={frame} selected={selected} />
  );
});

interface OwnFrameProps {
  readonly item: CanvasItem;
  readonly frame: CanvasFrame;
  readonly selected: boolean;
}

function OwnFrame({ item, frame, selected }: OwnFrameProps) {
  const app = useTheApp();
  const t = useT();
  const id = itemId(item);
  const writing = useSlice(editingOf, (state) => state.id === id);
  const commit = (title: string): void => {
    write(app, undefined);
    if (title !== frame.title)
      app.getState().edit(t('Name a frame'), changeCanvasItem('frames', item.index, { title }));
  };
  return (
    <div
      className={`canvas-frame is-${frame.colour}${selected ? ' is-selected' : ''}`}
      data-testid={`frame-${item.index}`}
    >
      <ItemTools item={item} colour={frame.colour} shown={selected && !writing} />
      <ItemResizer item={item} shown={selected} least={60} />
      {writing ? (
        <input
          className="frame-title nodrag"
          // biome-ignore lint/a11y/noAutofocus: it was asked for.
          autoFocus
          defaultValue={frame.title}
          maxLength={MAX_TITLE}
          placeholder={t('Title')}
          aria-label={t('Title')}
          onBlur={(event) => commit(event.target.value)}
          onKeyDown={(event) => endByKey(event, false)}
        />
      ) : (
        <button
          type="button"
          className="frame-title"
          aria-label={`${t('Frame')} ${frame.title}`}
          onDoubleClick={() => write(app, id)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            event.stopPropagation();
            write(app, id);
          }}
        >
          {frame.title === '' ? t('Frame') : frame.title}
        </button>
      )}
    </div>
  );
}

import type { NodeId } from '../../shared/graph/design.ts';
import type { Question } from './questions.ts';

export interface NoticeAction {
  readonly title: string;
  readonly command: string;
  /** Selected before it is performed, where it is not for what the user has selected. */
  readonly selection?: readonly NodeId[];
}

export interface Notice {
  readonly kind: 'info' | 'error';
  readonly title: string;
  readonly lines: readonly string[];
  /** A command that does something about it; such a notice waits to be answered. */
  readonly action?: NoticeAction;
  /** For whoever reports a fault: what the notice's Copy button puts on the clipboard. */
  readonly details?: string;
}

export type Overlay = 'none' | 'settings' | 'commands' | 'find' | 'connect' | 'add' | 'shortcuts' | 'export';

/** Something that went well, said in passing. */
export interface Word {
  readonly text: string;
}

/** What stands over the window, and what is said beside it. */
export interface DialogSlice {
  readonly notice: Notice | undefined;
  readonly overlay: Overlay;
  readonly word: Word | undefined;
  readonly question: Question | undefined;

  notify(notice: Notice): void;
  dismissNotice(): void;
  /** Says a word in the status bar; it goes by itself. */
  say(text: string): void;
  hush(): void;
  showOverlay(overlay: Exclude<Overlay, 'none'>): void;
  closeOverlay(): void;
}

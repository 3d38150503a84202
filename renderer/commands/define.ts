import type { LucideIcon } from 'lucide-react';
import type { App } from '../state/app.ts';
import type { AppState } from '../state/app-state.ts';

export const menuNames = ['File', 'Edit', 'View', 'Arrange', 'Design', 'Export', 'Help'] as const;
export type MenuName = (typeof menuNames)[number];

/** Where on the canvas the other mouse button was pressed. */
export type CanvasPlace = 'node' | 'wire' | 'item' | 'canvas';

/** Something that the user can do. Menu, shortcut, palette and button of it are this one entry. */
export interface Command {
  readonly id: string;
  /** English; the key of its translation. */
  readonly title: string;
  readonly menu: MenuName;
  /** Stands behind this other command wherever both are; at the end, where there is no such command. */
  readonly after?: string;
  readonly icon?: LucideIcon;
  /** `Mod+Shift+S`: Mod is ⌘ on a Mac and Ctrl elsewhere. Single keys hold only while no text is typed. */
  readonly shortcut?: string;
  /** Other keys that people press for it. */
  readonly also?: readonly string[];
  /** The browser's own event for this shortcut does the work (copy, cut, paste). */
  readonly ownEvent?: boolean;
  /** The places on the canvas whose own menu has it, too. */
  readonly at?: readonly CanvasPlace[];
  /** A line above it in the menu. */
  readonly apart?: boolean;
  /** Whether it can be done now; always, where left out. */
  readonly when?: (state: AppState) => boolean;
  readonly perform: (app: App) => void | Promise<void>;
}

export const inEditor = (state: AppState): boolean => state.screen === 'editor';
export const hasSelection = (state: AppState): boolean => inEditor(state) && state.selection.length > 0;
export const hasOneSelected = (state: AppState): boolean => inEditor(state) && state.selection.length === 1;

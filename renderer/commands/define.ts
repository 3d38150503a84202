import type { LucideIcon } from 'lucide-react';
import type { AppState } from '../store/app.ts';

export const menuNames = ['File', 'Edit', 'View', 'Design', 'Block', 'Help'] as const;
export type MenuName = (typeof menuNames)[number];

/** Something the user can do: one entry for menu, shortcut, command palette and button. */
export interface Command {
  readonly id: string;
  /** The English title; translated where it is shown. */
  readonly title: string;
  readonly menu: MenuName;
  /** Groups within a menu are parted by lines. */
  readonly section: number;
  readonly icon?: LucideIcon;
  /** As in `Mod+Shift+S`; Mod is Ctrl, or Command on a Mac. */
  readonly shortcut?: string;
  /** Whether it can be done now; always when left out. */
  readonly when?: (state: AppState) => boolean;
  readonly perform: () => void | Promise<void>;
}

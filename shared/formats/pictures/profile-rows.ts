import type { Theme } from './families.ts';
import type { OutlineNode } from './outline.ts';

/** What one layer costs, for the chart along depth. */
export interface ProfileEntry {
  readonly node: OutlineNode;
  readonly macs: number;
  readonly params: number;
  readonly outputBytes: number;
  /** Activations alive while this layer runs, its own output included. */
  readonly liveBytes: number;
}

export const profileRows = [
  { key: 'macs', title: 'Multiply-adds', bytes: false },
  { key: 'params', title: 'Parameters', bytes: false },
  { key: 'outputBytes', title: 'Activation memory', bytes: true },
  { key: 'liveBytes', title: 'Running peak', bytes: true },
] as const;

export interface ProfileOptions {
  readonly theme: Theme;
  readonly title: string;
  /** Drawn as outlines over the bars, layer by layer. */
  readonly against?: readonly ProfileEntry[];
  readonly transparent?: boolean;
  /** Room to fill, as far as that can be read: of a window, say. The size that suits a page when left out. */
  readonly room?: { readonly widthPixels: number; readonly heightPixels: number };
}

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

/** What is written in the chart, in some language. */
export interface ProfileWords {
  readonly title: (row: (typeof profileRows)[number]) => string;
  /** The whole of a row, what it was where there is something to compare with, and where most of it is. */
  readonly summary: (told: ProfileSummary) => string;
}

export interface ProfileSummary {
  /** The largest of all, not their sum. */
  readonly peak: boolean;
  readonly whole: string;
  readonly was: string | undefined;
  readonly most: string | undefined;
}

/** `total 714 M (was 720 M), most in conv2` */
export const profileInEnglish: ProfileWords = {
  title: ({ title }) => title,
  summary: ({ peak, whole, was, most }) =>
    [
      `${peak ? 'peak' : 'total'} ${whole}`,
      was === undefined ? '' : ` (was ${was})`,
      most === undefined ? '' : `${peak ? ' at ' : ', most in '}${most}`,
    ].join(''),
};

export interface ProfileOptions {
  readonly theme: Theme;
  readonly title: string;
  /** Drawn as outlines over the bars, layer by layer. */
  readonly against?: readonly ProfileEntry[];
  readonly transparent?: boolean;
  /** English where it is left out. */
  readonly words?: ProfileWords;
  /** Room to fill, as far as that can be read: of a window, say. The size that suits a page when left out. */
  readonly room?: { readonly widthPixels: number; readonly heightPixels: number };
}

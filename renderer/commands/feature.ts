import type { ComponentType, CSSProperties, ReactNode } from 'react';
import type { App } from '../state/app.ts';
import type { PanelName } from '../state/view-state.ts';
import type { Command } from './define.ts';

/** A tab under the canvas. */
export interface FeaturePanel {
  readonly name: PanelName;
  /** English; the key of its translation. */
  readonly title: string;
  readonly Body: ComponentType;
  /** A figure beside the title. */
  readonly Count?: ComponentType;
  /** Keeps what it has while other tabs are looked at. */
  readonly kept?: boolean;
}

/** The places of the window that features fill. */
export type Place = 'start' | 'gauges' | 'left' | 'above' | 'canvas' | 'right' | 'dialog';

/** Something that can be found by name and acted upon. */
export interface FinderEntry {
  readonly id: string;
  /** What it answers to. */
  readonly names: readonly string[];
  readonly title: string;
  readonly icon: ReactNode;
  readonly note: ReactNode;
  readonly style?: CSSProperties;
  readonly perform: () => void;
}

export interface FinderGroup {
  readonly heading: string;
  readonly entries: readonly FinderEntry[];
}

/** One thing that the app can do, from its commands to what is seen of it. No feature knows another. */
export interface Feature {
  readonly id: string;
  readonly commands?: readonly Command[];
  readonly panel?: FeaturePanel;
  readonly views?: Readonly<Partial<Record<Place, ComponentType>>>;
  /** What the search offers from where the user is. */
  readonly finds?: (app: App) => readonly FinderGroup[];
  /** Begins to listen to the app. */
  readonly start?: (app: App) => void;
}

import type { Convention } from '../../shared/analysis/conventions.ts';
import type { CanvasItem } from '../../shared/graph/canvas-edits.ts';
import type { NodeId, Quantity } from '../../shared/graph/design.ts';
import type { Language } from '../i18n/i18n.ts';
import type { ThemeChoice, Units, Wheel } from './settings.ts';

export const panels = [
  'costs',
  'profile',
  'problems',
  'compare',
  'fit',
  'run',
  'maps',
  'scene',
  'history',
] as const;
export type PanelName = (typeof panels)[number];
/** What the strips on the nodes show a share of. */
export type Heat = Quantity | 'time';
/** What a node took, with the nodes that were computed in the same steps: their times are the same, not besides. */
export interface NodeTime {
  readonly milliseconds: number;
  readonly fusedWith: readonly NodeId[];
}
/** How long the last run of this document took, in all and by node; in milliseconds. */
export interface RunTimes {
  readonly total: number;
  readonly byNode: ReadonlyMap<NodeId, NodeTime>;
}
export type FlowDirection = 'right' | 'down';

/** How the document is looked at: neither saved nor undone. */
export interface ViewSlice {
  readonly screen: 'start' | 'editor';
  readonly selection: readonly NodeId[];
  /** Selected wires. */
  readonly wires: readonly string[];
  /** Selected notes and frames. */
  readonly items: readonly CanvasItem[];
  /** Nodes that the wire being drawn may not end at. */
  readonly illegal: ReadonlySet<NodeId>;
  readonly panel: PanelName;
  /** The panels take the canvas's room too. */
  readonly panelWhole: boolean;
  readonly convention: Convention;
  readonly heat: Heat;
  readonly runTimes: RunTimes | undefined;
  readonly theme: ThemeChoice;
  readonly language: Language;
  readonly units: Units;
  readonly direction: FlowDirection;
  readonly wheel: Wheel;
  /** Layers of one size of map have a band behind them. */
  readonly stages: boolean;

  select(ids: readonly NodeId[]): void;
  selectWires(ids: readonly string[]): void;
  selectItems(items: readonly CanvasItem[]): void;
  /** Where the wire that is being drawn may not end; none once it is drawn. */
  forbidEnds(ids: ReadonlySet<NodeId>): void;
  showPanel(panel: PanelName): void;
  togglePanelWhole(): void;
  countBy(convention: Convention): void;
  showHeat(heat: Heat): void;
  /** How long a run took; undefined once that is no longer true. */
  noteRunTimes(times: RunTimes | undefined): void;
  chooseTheme(theme: ThemeChoice): void;
  chooseLanguage(language: Language): void;
  /** The same, where it is not a choice but what the system speaks. */
  speak(language: Language): void;
  countBytesIn(units: Units): void;
  flow(direction: FlowDirection): void;
  chooseWheel(wheel: Wheel): void;
  toggleStages(): void;
}

import { families, grounds, type Theme } from './families.ts';
import { textWidth } from './metrics.ts';
import type { OutlineNode } from './outline.ts';
import type { Scene, Shape } from './scene.ts';

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
  /** Drawn as outlines behind the bars, matched by position in depth. */
  readonly against?: readonly ProfileEntry[];
  readonly transparent?: boolean;
}

const MARGIN = 20;
const ROW_PIXELS = 84;
const ROW_GAP = 30;
const HEAD_PIXELS = 14;
const TICK_PIXELS = 10;
const BAR_PITCH = 22;
const LEAST_PITCH = 4;
const WIDEST = 1400;

/**
 * Costs along depth, a row each, as the lecture draws AlexNet's: most memory early, most parameters in the fully
 * connected layers, most multiply-adds in the convolutions.
 */
export function drawProfile(entries: readonly ProfileEntry[], options: ProfileOptions): Scene {
  const ground = grounds[options.theme];
  const count = Math.max(entries.length, options.against?.length ?? 0, 1);
  const pitch = Math.max(LEAST_PITCH, Math.min(BAR_PITCH, WIDEST / count));
  const named = pitch >= TICK_PIXELS + 2;
  const nameRoom = named
    ? Math.max(0, ...entries.map(({ node }) => textWidth(node.id, TICK_PIXELS))) + 10
    : 0;
  const widthPixels = Math.ceil(2 * MARGIN + Math.max(count * pitch, 420));
  const rows = profileRows.flatMap((row, i) =>
    drawRow(entries, row, options, { top: MARGIN + i * (ROW_PIXELS + ROW_GAP), pitch, widthPixels }),
  );
  const bottom = MARGIN + profileRows.length * (ROW_PIXELS + ROW_GAP) - ROW_GAP;
  return {
    title: options.title,
    widthPixels,
    heightPixels: Math.ceil(bottom + nameRoom + MARGIN),
    background: options.transparent ? undefined : ground.page,
    shapes: [...rows, ...(named ? namesUnder(entries, pitch, bottom, ground.muted) : [])],
  };
}

function drawRow(
  entries: readonly ProfileEntry[],
  { key, title, bytes }: (typeof profileRows)[number],
  { theme, against = [] }: ProfileOptions,
  at: { readonly top: number; readonly pitch: number; readonly widthPixels: number },
): readonly Shape[] {
  const ground = grounds[theme];
  const largest = Math.max(1, ...entries.map((entry) => entry[key]), ...against.map((entry) => entry[key]));
  const base = at.top + ROW_PIXELS;
  const room = ROW_PIXELS - HEAD_PIXELS - 6;
  const height = (value: number): number => (value / largest) * room;
  const bar = at.pitch * 0.76;
  const total = entries.reduce((sum, entry) => sum + entry[key], 0);
  const said =
    key === 'liveBytes'
      ? `peak ${formatBytes(largest)}`
      : `total ${bytes ? formatBytes(total) : formatCount(total)}`;
  return [
    {
      kind: 'text',
      role: 'title',
      x: MARGIN,
      y: at.top + HEAD_PIXELS - 2,
      text: title,
      fontPixels: 12,
      weight: 'medium',
      fill: ground.ink,
    },
    {
      kind: 'text',
      role: 'label',
      x: at.widthPixels - MARGIN,
      y: at.top + HEAD_PIXELS - 2,
      text: said,
      fontPixels: 11,
      anchor: 'end',
      fill: ground.muted,
    },
    ...entries.map(
      (entry, i): Shape => ({
        kind: 'box',
        x: MARGIN + i * at.pitch + (at.pitch - bar) / 2,
        y: base - height(entry[key]),
        width: bar,
        height: height(entry[key]),
        fill: families[theme][entry.node.group].solid,
        id: entry.node.id,
        tooltip: `${entry.node.id}: ${bytes ? formatBytes(entry[key]) : entry[key].toLocaleString('en-US')}`,
      }),
    ),
    ...against.map(
      (entry, i): Shape => ({
        kind: 'box',
        x: MARGIN + i * at.pitch + 0.5,
        y: base - height(entry[key]),
        width: at.pitch - 1,
        height: height(entry[key]),
        stroke: ground.ink,
        strokePixels: 0.8,
        opacity: 0.55,
      }),
    ),
    {
      kind: 'path',
      points: [
        [MARGIN, base],
        [at.widthPixels - MARGIN, base],
      ],
      stroke: ground.line,
      strokePixels: 0.8,
    },
  ];
}

function namesUnder(
  entries: readonly ProfileEntry[],
  pitch: number,
  top: number,
  fill: string,
): readonly Shape[] {
  return entries.map(
    ({ node }, i): Shape => ({
      kind: 'text',
      role: 'tick',
      x: MARGIN + (i + 0.5) * pitch + TICK_PIXELS / 3,
      y: top + 6,
      text: node.id,
      fontPixels: TICK_PIXELS,
      anchor: 'end',
      turned: true,
      fill,
    }),
  );
}

/** `15.47 G`, exact below a thousand. */
export function formatCount(value: number): string {
  return withPrefix(value, 1000, ['', ' K', ' M', ' G', ' T', ' P']);
}

/** `12.4 MiB` */
export function formatBytes(value: number): string {
  return withPrefix(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);
}

function withPrefix(value: number, step: number, prefixes: readonly string[]): string {
  let scaled = value;
  let at = 0;
  while (scaled >= step && at < prefixes.length - 1) {
    scaled /= step;
    at++;
  }
  const digits = at === 0 ? 0 : scaled < 10 ? 2 : scaled < 100 ? 1 : 0;
  return `${scaled.toFixed(digits)}${prefixes[at]}`;
}

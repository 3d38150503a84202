import { largestOf } from '../../base/extremes.ts';
import { grouped } from '../tables/present.ts';
import { families, type Ground, grounds } from './families.ts';
import type { ProfileColumn } from './profile-columns.ts';
import { nameOf, type ProfileLayout, profileLayout, TICK_PIXELS } from './profile-layout.ts';
import {
  type ProfileEntry,
  type ProfileOptions,
  type ProfileSummary,
  profileInEnglish,
  profileRows,
} from './profile-rows.ts';
import type { Scene, Shape } from './scene.ts';
import { shortName } from './short-name.ts';

const HEAD_PIXELS = 14;

/**
 * Costs along depth, a row each, as the lecture draws AlexNet's: most memory early, most parameters in the fully
 * connected layers, most multiply-adds in the convolutions.
 */
export function drawProfile(entries: readonly ProfileEntry[], options: ProfileOptions): Scene {
  const ground = grounds[options.theme];
  const layout = profileLayout(entries, options);
  const { top, rowPixels, rowGap, heightPixels, nameRoom } = layout;
  return {
    title: options.title,
    widthPixels: layout.widthPixels,
    heightPixels,
    background: options.transparent ? undefined : ground.page,
    shapes: [
      ...profileRows.flatMap((row, i) => drawRow(row, layout, top + i * (rowPixels + rowGap), options)),
      ...(nameRoom === 0 ? [] : namesUnder(layout, heightPixels - top - nameRoom, ground)),
    ],
  };
}

function drawRow(
  row: (typeof profileRows)[number],
  { columns, left, pitch, rowPixels, widthPixels }: ProfileLayout,
  top: number,
  { theme, words = profileInEnglish }: ProfileOptions,
): readonly Shape[] {
  const { key, bytes } = row;
  const ground = grounds[theme];
  const said = bytes ? formatBytes : formatCount;
  const largest = largestOf(
    columns.flatMap(({ now, before }) => [now?.[key] ?? 0, before?.[key] ?? 0]),
    1,
  );
  const base = top + rowPixels;
  const bar = pitch * 0.76;
  const box = (value: number, i: number, width: number) => {
    const height = (value / largest) * (rowPixels - HEAD_PIXELS - 6);
    return { x: left + i * pitch + (pitch - width) / 2, y: base - height, width, height };
  };
  return [
    {
      kind: 'text',
      role: 'title',
      x: left,
      y: top + HEAD_PIXELS - 2,
      text: words.title(row),
      fontPixels: 12,
      weight: 'medium',
      fill: ground.ink,
    },
    {
      kind: 'text',
      role: 'label',
      x: widthPixels - left,
      y: top + HEAD_PIXELS - 2,
      text: words.summary(summaryOf(key, columns, said)),
      fontPixels: 11,
      anchor: 'end',
      fill: ground.muted,
    },
    ...columns.flatMap(({ now }, i): readonly Shape[] =>
      now === undefined
        ? []
        : [
            {
              kind: 'box',
              ...box(now[key], i, bar),
              fill: families[theme][now.node.group].solid,
              id: now.node.id,
              tooltip: `${now.node.id}: ${bytes ? formatBytes(now[key]) : grouped(now[key])}`,
            },
          ],
    ),
    ...columns.flatMap(({ before }, i): readonly Shape[] =>
      before === undefined
        ? []
        : [
            {
              kind: 'box',
              ...box(before[key], i, Math.max(pitch - 1, bar)),
              stroke: ground.ink,
              strokePixels: 0.8,
              opacity: 0.55,
            },
          ],
    ),
    {
      kind: 'path',
      points: [
        [left, base],
        [widthPixels - left, base],
      ],
      stroke: ground.line,
      strokePixels: 0.8,
    },
  ];
}

function summaryOf(
  key: keyof Omit<ProfileEntry, 'node'>,
  columns: readonly ProfileColumn[],
  said: (value: number) => string,
): ProfileSummary {
  const entries = columns.flatMap(({ now }) => now ?? []);
  const others = columns.flatMap(({ before }) => before ?? []);
  const peak = key === 'liveBytes';
  const whole = (list: readonly ProfileEntry[]): number =>
    peak
      ? largestOf(
          list.map((entry) => entry[key]),
          0,
        )
      : list.reduce((sum, entry) => sum + entry[key], 0);
  const most = entries.reduce<ProfileEntry | undefined>(
    (a, b) => (a === undefined || b[key] > a[key] ? b : a),
    undefined,
  );
  return {
    peak,
    whole: said(whole(entries)),
    was: others.length === 0 ? undefined : said(whole(others)),
    most: most === undefined || most[key] === 0 ? undefined : shortName(most.node.id),
  };
}

function namesUnder(
  { columns, left, pitch }: ProfileLayout,
  top: number,
  { ink, muted }: Ground,
): readonly Shape[] {
  return columns.map(
    (column, i): Shape => ({
      kind: 'text',
      role: 'tick',
      x: left + (i + 0.5) * pitch + TICK_PIXELS / 3,
      y: top + 6,
      text: nameOf(column),
      fontPixels: TICK_PIXELS,
      anchor: 'end',
      turned: true,
      fill: column.now ? ink : muted,
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

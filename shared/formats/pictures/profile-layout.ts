import { largestOf } from '../../base/extremes.ts';
import { textWidth } from './metrics.ts';
import { type ProfileColumn, profileColumns } from './profile-columns.ts';
import { type ProfileEntry, type ProfileOptions, profileRows } from './profile-rows.ts';
import { shortName } from './short-name.ts';

export const MARGIN = 20;
export const TICK_PIXELS = 10;
const LEAST_WIDTH = 420;
const PAGE = { pitch: 22, leastPitch: 4, width: 1400, row: 84, gap: 30 } as const;
/** Layers stand closer in a window: all of ResNet-152's are seen together in 640 pixels. */
const WINDOW = { pitch: 34, leastPitch: 1, leastRow: 44, mostRow: 150, gap: 14 } as const;
/** In a window too low for names and air, all rows in sight are worth more. */
const LOW_WINDOW = { margin: 6, leastRow: 34, gap: 4 } as const;

export interface ProfileLayout {
  readonly columns: readonly ProfileColumn[];
  /** From the left of the picture to the first column, and from one column to the next. */
  readonly left: number;
  readonly pitch: number;
  /** Above the first row. */
  readonly top: number;
  readonly rowPixels: number;
  readonly rowGap: number;
  /** Room under the rows for the names of layers; 0 where they would not be legible. */
  readonly nameRoom: number;
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** Where everything in the chart lies, so that a pointer's place can be told too. */
export function profileLayout(
  entries: readonly ProfileEntry[],
  { against = [], room }: Pick<ProfileOptions, 'against' | 'room'>,
): ProfileLayout {
  const columns = profileColumns(entries, against);
  const count = Math.max(columns.length, 1);
  const most = room ? (room.widthPixels - 2 * MARGIN) / count : PAGE.width / count;
  const { leastPitch, pitch: mostPitch } = room ? WINDOW : PAGE;
  const widest = Math.max(leastPitch, Math.min(mostPitch, most));
  // A hair too much would give the window scroll bars.
  const pitch = room ? Math.floor(widest * 100) / 100 : widest;
  const named =
    pitch >= TICK_PIXELS + 2
      ? largestOf(
          columns.map((column) => textWidth(nameOf(column), TICK_PIXELS)),
          0,
        ) + 10
      : 0;
  const rows = profileRows.length;
  const places = rowPlaces(rows, room?.heightPixels, named);
  return {
    columns,
    left: MARGIN,
    pitch,
    ...places,
    widthPixels: Math.ceil(2 * MARGIN + Math.max(count * pitch, room ? 0 : LEAST_WIDTH)),
    heightPixels: Math.ceil(
      2 * places.top + rows * places.rowPixels + (rows - 1) * places.rowGap + places.nameRoom,
    ),
  };
}

/** How so many rows share the height of a page, or of a window that is `height` pixels high. */
function rowPlaces(
  rows: number,
  height: number | undefined,
  nameRoom: number,
): Pick<ProfileLayout, 'top' | 'rowPixels' | 'rowGap' | 'nameRoom'> {
  if (height === undefined) return { top: MARGIN, rowPixels: PAGE.row, rowGap: PAGE.gap, nameRoom };
  const { leastRow, mostRow, gap } = WINDOW;
  const share = Math.floor((height - 2 * MARGIN - nameRoom - (rows - 1) * gap) / rows);
  if (share >= leastRow) return { top: MARGIN, rowPixels: Math.min(mostRow, share), rowGap: gap, nameRoom };
  const low = Math.floor((height - 2 * LOW_WINDOW.margin - (rows - 1) * LOW_WINDOW.gap) / rows);
  return {
    top: LOW_WINDOW.margin,
    rowPixels: Math.max(LOW_WINDOW.leastRow, low),
    rowGap: LOW_WINDOW.gap,
    nameRoom: 0,
  };
}

/** Of the layer that stands there now, or stood there. */
export const nameOf = ({ now, before }: ProfileColumn): string => shortName((now ?? before)!.node.id);

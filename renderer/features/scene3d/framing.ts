import type { Point3, Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';

/** Where a camera stands and what it looks at. */
export interface Shot {
  readonly place: Point3;
  readonly target: Point3;
  /** What is seen touches the window's sides rather than its top and bottom. */
  readonly wide: boolean;
}

type Box = Pick<SpaceVolume, 'at' | 'along' | 'up' | 'across'>;

export function cornersOf({ at: [x, y, z], along, up, across }: Box): readonly Point3[] {
  return [-1, 1].flatMap((a) =>
    [-1, 1].flatMap((b) =>
      [-1, 1].map((c): Point3 => [x + (a * along) / 2, y + (b * up) / 2, z + (c * across) / 2]),
    ),
  );
}

/** Every corner of what is drawn. */
export function outlinePoints({ volumes, slabs, links, frames }: Space): readonly Point3[] {
  return [
    ...volumes.flatMap(cornersOf),
    ...slabs.flatMap(cornersOf),
    ...links.flatMap(({ shortcut, points }) => (shortcut ? points : [])),
    ...frames.flatMap(({ low, high }) => [low, high]),
  ];
}

const dot = (a: Point3, b: Point3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Point3, b: Point3): Point3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: Point3): Point3 => {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};

export interface Lens {
  /** Vertical, in degrees. */
  readonly fov: number;
  /** Width over height. */
  readonly aspect: number;
  /** Left free around the picture, as a share of its half height; for labels. */
  readonly margin: number;
}

/**
 * The nearest place from which all points are seen when looking along `-towards`: the pyramid of view touches the outermost
 * points, so the picture is as large as it can be.
 */
export function frame(points: readonly Point3[], towards: Point3, { fov, aspect, margin }: Lens): Shot {
  const back = unit(towards);
  const right = unit(cross([0, 1, 0], back));
  const over = cross(back, right);
  const tall = Math.tan((fov * Math.PI) / 360) * (1 - margin);
  const wide = Math.tan((fov * Math.PI) / 360) * (aspect - margin);
  const most = { right: -Infinity, left: -Infinity, over: -Infinity, under: -Infinity };
  let nearest = -Infinity;
  let farthest = Infinity;
  for (const point of points) {
    const [x, y, z] = [dot(point, right), dot(point, over), dot(point, back)];
    most.right = Math.max(most.right, x + wide * z);
    most.left = Math.max(most.left, -x + wide * z);
    most.over = Math.max(most.over, y + tall * z);
    most.under = Math.max(most.under, -y + tall * z);
    nearest = Math.max(nearest, z);
    farthest = Math.min(farthest, z);
  }
  const sideways = (most.right + most.left) / (2 * wide);
  const upright = (most.over + most.under) / (2 * tall);
  const away = Math.max(sideways, upright, nearest + 4);
  const [x, y] = [(most.right - most.left) / 2, (most.over - most.under) / 2];
  const at = (depth: number): Point3 => [
    right[0] * x + over[0] * y + back[0] * depth,
    right[1] * x + over[1] * y + back[1] * depth,
    right[2] * x + over[2] * y + back[2] * depth,
  ];
  return { place: at(away), target: at((nearest + farthest) / 2), wide: sideways > upright };
}

const RADIANS = Math.PI / 180;
const PITCH = 20 * RADIANS;
const LEAST_YAW = 20;
const MOST_YAW = 50;

/**
 * From where a network is looked at first: from the side of its input, the more from the front the longer it is against
 * the window, so that a deep network fills the picture instead of a line through it.
 */
export function firstDirection(points: readonly Point3[], lens: Lens): Point3 {
  let direction: Point3 = [0, 0, 1];
  for (let yaw = LEAST_YAW; yaw <= MOST_YAW; yaw += 2) {
    const turn = yaw * RADIANS;
    direction = [-Math.sin(turn) * Math.cos(PITCH), Math.sin(PITCH), Math.cos(turn) * Math.cos(PITCH)];
    // Turned further, the picture would only become lower than the window.
    if (!frame(points, direction, lens).wide) break;
  }
  return direction;
}

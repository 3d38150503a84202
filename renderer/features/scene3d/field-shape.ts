import { mapExtent, type Region, type Seen } from '../../../shared/analysis/field.ts';
import type { Point3, SpaceLink, SpaceVolume } from '../../../shared/formats/pictures/space.ts';

/** A flat four-cornered face: upper left, upper right, lower right, lower left as seen along the flow. */
type Rectangle = readonly [Point3, Point3, Point3, Point3];

/** The region of a map on a plane across the flow; row 0 is on top, column 0 at the far left of who looks along the flow. */
function rectangleAt(
  { node, at, up, across }: SpaceVolume,
  { rows, columns }: Region,
  along: number,
): Rectangle {
  const [height, width] = mapExtent(node.output!);
  const y = (row: number): number => at[1] + up / 2 - (row / height) * up;
  const z = (column: number): number => at[2] - across / 2 + (column / width) * across;
  const [top, bottom] = [y(rows.first), y(rows.last + 1)];
  const [left, right] = [z(columns.first), z(columns.last + 1)];
  return [
    [along, top, left],
    [along, top, right],
    [along, bottom, right],
    [along, bottom, left],
  ];
}

export interface FieldShape {
  /** Triangles, three numbers a corner. */
  readonly faces: number[];
  /** Line segments, three numbers an end. */
  readonly edges: number[];
}

/**
 * The frustums of a receptive field: in every volume the prism of what is seen of it, and between two of them what joins
 * their prisms. `seenOf` gives what is seen of a volume's map.
 */
export function fieldShape(
  volumes: readonly SpaceVolume[],
  links: readonly Pick<SpaceLink, 'from' | 'to'>[],
  seenOf: (volume: SpaceVolume) => Seen | undefined,
): FieldShape {
  const shape: FieldShape = { faces: [], edges: [] };
  const ends = new Map<string, { readonly front: Rectangle; readonly back: Rectangle }>();
  for (const volume of volumes) {
    const seen = seenOf(volume);
    if (!seen) continue;
    const front = rectangleAt(volume, seen.region, volume.at[0] - volume.along / 2);
    const back = rectangleAt(volume, seen.region, volume.at[0] + volume.along / 2);
    ends.set(volume.id, { front, back });
    addFrustum(shape, front, back);
    addCap(shape, front);
    addCap(shape, back);
  }
  for (const { from, to } of links) {
    const [a, b] = [ends.get(from), ends.get(to)];
    if (a && b) addFrustum(shape, a.back, b.front);
  }
  return shape;
}

function addFrustum({ faces, edges }: FieldShape, a: Rectangle, b: Rectangle): void {
  for (let i = 0; i < 4; i++) {
    const next = (i + 1) % 4;
    faces.push(...a[i]!, ...a[next]!, ...b[next]!, ...a[i]!, ...b[next]!, ...b[i]!);
    edges.push(...a[i]!, ...b[i]!);
  }
}

function addCap({ faces, edges }: FieldShape, corners: Rectangle): void {
  const [a, b, c, d] = corners;
  faces.push(...a, ...b, ...c, ...a, ...c, ...d);
  for (let i = 0; i < 4; i++) edges.push(...corners[i]!, ...corners[(i + 1) % 4]!);
}

/** The unit of a volume's map under a point on or in it. */
export function unitAt(
  { node, at, up, across }: SpaceVolume,
  point: { readonly y: number; readonly z: number },
): readonly [row: number, column: number] {
  const [height, width] = mapExtent(node.output!);
  const clamp = (share: number, extent: number): number =>
    Math.min(extent - 1, Math.max(0, Math.floor(share * extent)));
  return [
    clamp((at[1] + up / 2 - point.y) / up, height),
    clamp((point.z - at[2] + across / 2) / across, width),
  ];
}

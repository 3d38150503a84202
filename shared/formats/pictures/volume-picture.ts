import { formatSample } from '../../base/dims.ts';
import { type FamilyColours, families, grounds, type Theme } from './families.ts';
import { textWidth } from './metrics.ts';
import type { Outline, OutlineNode } from './outline.ts';
import type { Point, Scene, Shape } from './scene.ts';
import { type Box, placeVolumes, type Room, type Scale, type Volume, type VolumeLink } from './volumes.ts';

export interface VolumePictureOptions {
  readonly theme: Theme;
  readonly scale: Scale;
  readonly transparent?: boolean;
}

const MARGIN = 24;
const TITLE_PIXELS = 11;
const LABEL_PIXELS = 10;
const LINE_HEIGHT = 13;
const CAPTION_GAP = 6;
const BESIDE_GAP = 18;
/** Cabinet projection: what recedes is drawn at half its length, 35° upwards. */
const RECEDE_X = 0.5 * Math.cos((35 * Math.PI) / 180);
const RECEDE_Y = 0.5 * Math.sin((35 * Math.PI) / 180);

/** The figure of the papers: every tensor a box to scale, its layer named above and its shape below. */
export function drawVolumes(outline: Outline, { theme, scale, transparent }: VolumePictureOptions): Scene {
  const layout = placeVolumes(outline, { scale, room: roomOf });
  const ground = grounds[theme];
  const arcs = arcRoom(layout.links);
  const middle = MARGIN + arcs + layout.heightUp / 2;
  /** Lower left corner of the front face. */
  const corner = ({ at, along, up, across }: Volume): Point => [
    MARGIN + at.along - (along + across * RECEDE_X) / 2,
    middle - at.up + up / 2,
  ];
  return {
    title: outline.name,
    widthPixels: Math.ceil(layout.lengthAlong + 2 * MARGIN),
    heightPixels: Math.ceil(middle + layout.heightUp / 2 + MARGIN),
    background: transparent ? undefined : ground.page,
    shapes: [
      ...layout.links.map((link) => wire(link, corner, ground.line, middle - layout.heightUp / 2)),
      ...layout.volumes.flatMap((volume) => [
        ...cuboid(volume, corner(volume), families[theme][volume.node.group]),
        ...captions(volume, corner(volume), { title: ground.ink, label: ground.muted }),
      ]),
    ],
  };
}

/** Names the layer over its box: title, then key parameters. */
function captionOf({ title, repeat, lines }: OutlineNode): readonly string[] {
  return [repeat > 1 ? `${title} ×${repeat}` : title, ...lines];
}

function roomOf(node: OutlineNode, box: Box): Room {
  const caption = captionOf(node);
  const widest = Math.max(
    textWidth(caption[0]!, TITLE_PIXELS, 'medium'),
    ...caption.slice(1).map((line) => textWidth(line, LABEL_PIXELS)),
    textWidth(formatSample(node.output!), LABEL_PIXELS),
  );
  return {
    along: Math.max(box.along + box.across * RECEDE_X, widest * 1.06) + BESIDE_GAP,
    above: box.across * RECEDE_Y + caption.length * LINE_HEIGHT + CAPTION_GAP,
    below: LINE_HEIGHT + CAPTION_GAP + 8,
  };
}

/** The front, the top and the far side, lit from above left. */
function cuboid(
  { node, along, up, across }: Volume,
  [x, y]: Point,
  colours: FamilyColours,
): readonly Shape[] {
  const dx = across * RECEDE_X;
  const dy = across * RECEDE_Y;
  const face = (fill: string, opacity: number, ...points: readonly Point[]): Shape => ({
    kind: 'path',
    closed: true,
    points,
    fill,
    opacity,
  });
  const edge = (...points: readonly Point[]): Shape => ({
    kind: 'path',
    closed: true,
    points,
    stroke: colours.solid,
    strokePixels: 0.8,
  });
  const front: readonly Point[] = [
    [x, y],
    [x + along, y],
    [x + along, y - up],
    [x, y - up],
  ];
  const lid: readonly Point[] = [
    [x, y - up],
    [x + along, y - up],
    [x + along + dx, y - up - dy],
    [x + dx, y - up - dy],
  ];
  const side: readonly Point[] = [
    [x + along, y],
    [x + along + dx, y - dy],
    [x + along + dx, y - up - dy],
    [x + along, y - up],
  ];
  return [
    { ...face(colours.face, 1, ...front), id: node.id, tooltip: node.members.join(', ') } as Shape,
    face(colours.face, 1, ...lid),
    face(colours.face, 1, ...side),
    face(colours.solid, 0.28, ...side),
    face(colours.solid, 0.12, ...front),
    edge(...front),
    edge(...lid),
    edge(...side),
  ];
}

function captions(
  { node, along, up, across }: Volume,
  [x, y]: Point,
  ink: { readonly title: string; readonly label: string },
): readonly Shape[] {
  const middle = x + (along + across * RECEDE_X) / 2;
  const lines = captionOf(node);
  const bottom = y - up - across * RECEDE_Y - CAPTION_GAP;
  return [
    ...lines.map(
      (text, i): Shape => ({
        kind: 'text',
        role: i === 0 ? 'title' : 'label',
        x: middle,
        y: bottom - (lines.length - 1 - i) * LINE_HEIGHT,
        text,
        fontPixels: i === 0 ? TITLE_PIXELS : LABEL_PIXELS,
        weight: i === 0 ? 'medium' : 'regular',
        anchor: 'middle',
        fill: i === 0 ? ink.title : ink.label,
      }),
    ),
    {
      kind: 'text',
      role: 'label',
      x: middle,
      y: y + CAPTION_GAP + LABEL_PIXELS,
      text: formatSample(node.output!),
      fontPixels: LABEL_PIXELS,
      anchor: 'middle',
      fill: ink.label,
    },
  ];
}

const ARC_STEP = 14;
const MOST_ARC_STEPS = 5;

/** Shortcuts run over the boxes; those that reach farther run higher. */
function arcSteps({ from, to }: VolumeLink): number {
  return Math.min(MOST_ARC_STEPS, to.column - from.column - 1);
}

function arcRoom(links: readonly VolumeLink[]): number {
  return Math.max(0, ...links.filter(({ shortcut }) => shortcut).map(arcSteps)) * ARC_STEP;
}

function wire(link: VolumeLink, corner: (volume: Volume) => Point, stroke: string, top: number): Shape {
  const { from, to, shortcut } = link;
  const [fromX, fromY] = corner(from);
  const [toX, toY] = corner(to);
  const start: Point = [
    fromX + from.along + (from.across * RECEDE_X) / 2,
    fromY - from.up / 2 - (from.across * RECEDE_Y) / 2,
  ];
  const end: Point = [toX, toY - to.up / 2];
  if (!shortcut) return { kind: 'path', points: [start, end], stroke, strokePixels: 1.1, arrow: true };
  const over = top - arcSteps(link) * ARC_STEP + ARC_STEP / 2;
  const leave: Point = [start[0], fromY - from.up - (from.across * RECEDE_Y) / 2];
  const enter: Point = [
    toX + to.along / 2 + (to.across * RECEDE_X) / 2,
    toY - to.up - (to.across * RECEDE_Y) / 2,
  ];
  return {
    kind: 'path',
    points: [leave, [leave[0], over], [enter[0], over], enter],
    stroke,
    strokePixels: 1.1,
    dash: [4, 3],
    cornerPixels: 8,
    arrow: true,
  };
}

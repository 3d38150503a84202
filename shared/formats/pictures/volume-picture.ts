import { formatSample } from '../../base/dims.ts';
import { largestOf } from '../../base/extremes.ts';
import { type FamilyColours, families, grounds, type Theme } from './families.ts';
import { textWidth } from './metrics.ts';
import type { Outline, OutlineNode } from './outline.ts';
import type { Point, Scene, Shape } from './scene.ts';
import { arcHeight, RECEDE_X, RECEDE_Y, wire } from './volume-wires.ts';
import { type Box, placeVolumes, type Room, type Scale, type Volume } from './volumes.ts';

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

/** The figure of the papers: every tensor a box to scale, its layer named above and its shape below. */
export function drawVolumes(outline: Outline, { theme, scale, transparent }: VolumePictureOptions): Scene {
  const layout = placeVolumes(outline, { scale, room: roomOf });
  const ground = grounds[theme];
  const arcs = layout.links.map((link) => arcHeight(link, layout, roomOf));
  const axis =
    MARGIN +
    largestOf(
      arcs.filter((height) => height !== undefined),
      largestOf(layout.tops, 0),
    );
  /** Lower left corner of the front face; the middle of the drawn box lies where the layout has it. */
  const corner = ({ at, along, up, across }: Volume): Point => [
    MARGIN + at.along - (along + across * RECEDE_X) / 2,
    axis - at.up + up / 2 + (across * RECEDE_Y) / 2,
  ];
  return {
    title: outline.name,
    widthPixels: Math.ceil(layout.edges.at(-1)! + 2 * MARGIN),
    heightPixels: Math.ceil(axis + layout.below + MARGIN),
    background: transparent ? undefined : ground.page,
    shapes: [
      ...layout.links.map((link, i) => {
        const height = arcs[i];
        return wire(link, corner, {
          stroke: ground.line,
          ...(height === undefined ? {} : { over: axis - height }),
          edgeOf: (column) => MARGIN + layout.edges[column]!,
        });
      }),
      ...layout.volumes.flatMap((volume) => [
        ...cuboid(volume, corner(volume), families[theme][volume.node.group]),
        ...captions(volume, corner(volume), { title: ground.ink, label: ground.muted }),
      ]),
    ],
  };
}

/** Names the layer over its box: title, then key parameters, but not what is written under the box anyway. */
function captionOf({ title, repeat, lines, output }: OutlineNode): readonly string[] {
  const shape = formatSample(output!);
  return [repeat > 1 ? `${title} ×${repeat}` : title, ...lines.filter((line) => line !== shape)];
}

function roomOf(node: OutlineNode, box: Box): Room {
  const caption = captionOf(node);
  const widest = Math.max(
    textWidth(caption[0]!, TITLE_PIXELS, 'medium'),
    ...caption.slice(1).map((line) => textWidth(line, LABEL_PIXELS)),
    textWidth(formatSample(node.output!), LABEL_PIXELS),
  );
  const recedes = (box.across * RECEDE_Y) / 2;
  return {
    along: Math.max(box.along + box.across * RECEDE_X, widest * 1.06) + BESIDE_GAP,
    above: recedes + caption.length * LINE_HEIGHT + CAPTION_GAP,
    below: recedes + LINE_HEIGHT + CAPTION_GAP + 4,
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

import { xmlText } from '../../base/markup.ts';
import { unreachable } from '../../base/unreachable.ts';
import { FONT_STACK } from './metrics.ts';
import { arrowHead, type Paint, type Point, roundCorners, type Scene, type Shape, tidy } from './scene.ts';

/** A scene as a stand-alone SVG 1.1 file: text stays text, no scripts, no outside references. */
export function toSvg(scene: Scene): string {
  const width = tidy(scene.widthPixels);
  const height = tidy(scene.heightPixels);
  const ground =
    scene.background === undefined
      ? []
      : [`<rect width="${width}" height="${height}" fill="${scene.background}"/>`];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONT_STACK}">`,
    `<title>${xmlText(scene.title)}</title>`,
    ...ground,
    ...scene.shapes.map(shapeToSvg),
    '</svg>',
    '',
  ].join('\n');
}

function shapeToSvg(shape: Shape): string {
  switch (shape.kind) {
    case 'box': {
      const { x, y, width, height, radius } = shape;
      const corner = radius ? ` rx="${tidy(radius)}"` : '';
      return withTooltip(
        'rect',
        `${idOf(shape)} x="${tidy(x)}" y="${tidy(y)}" width="${tidy(width)}" height="${tidy(height)}"${corner}${paint(shape)}`,
        shape.tooltip,
      );
    }
    case 'path': {
      const line = withTooltip('path', `${idOf(shape)} d="${pathData(shape)}"${paint(shape)}`, shape.tooltip);
      if (!shape.arrow) return line;
      return `${line}\n<path d="${polygonData(arrowHead(shape.points))}" fill="${shape.stroke ?? 'none'}"/>`;
    }
    case 'text': {
      const anchor = shape.anchor && shape.anchor !== 'start' ? ` text-anchor="${shape.anchor}"` : '';
      const weight = shape.weight === 'medium' ? ' font-weight="500"' : '';
      const turn = shape.turned ? ` transform="rotate(-90 ${tidy(shape.x)} ${tidy(shape.y)})"` : '';
      return `<text x="${tidy(shape.x)}" y="${tidy(shape.y)}" font-size="${tidy(shape.fontPixels)}"${anchor}${weight} fill="${shape.fill}"${turn}>${xmlText(shape.text)}</text>`;
    }
    default:
      return unreachable(shape);
  }
}

/** The `d` of a path. */
export function pathData({ points, closed, cornerPixels }: Shape & { readonly kind: 'path' }): string {
  if (closed) return polygonData(points);
  const { start, runs } = roundCorners(points, cornerPixels ?? 0);
  const drawn = runs.map((run) =>
    run.length === 1 ? `L${pair(run[0])}` : `Q${pair(run[0])} ${pair(run[1])}`,
  );
  return `M${pair(start)} ${drawn.join(' ')}`;
}

/** The `d` of a closed polygon, such as the head of an arrow. */
export function polygonData(corners: readonly Point[]): string {
  return `M${corners.map(pair).join(' L')} Z`;
}

function withTooltip(tag: string, attributes: string, tooltip: string | undefined): string {
  return tooltip === undefined
    ? `<${tag}${attributes}/>`
    : `<${tag}${attributes}><title>${xmlText(tooltip)}</title></${tag}>`;
}

function idOf({ id }: { readonly id?: string }): string {
  return id === undefined ? '' : ` data-id="${xmlText(id)}"`;
}

function paint({ fill, stroke, strokePixels, dash, opacity }: Paint): string {
  return [
    ` fill="${fill ?? 'none'}"`,
    stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${tidy(strokePixels ?? 1)}"`,
    dash === undefined ? '' : ` stroke-dasharray="${dash.join(' ')}"`,
    opacity === undefined ? '' : ` opacity="${tidy(opacity)}"`,
  ].join('');
}

function pair([x, y]: Point): string {
  return `${tidy(x)} ${tidy(y)}`;
}

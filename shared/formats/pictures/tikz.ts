import { texText } from '../../base/markup.ts';
import { unreachable } from '../../base/unreachable.ts';
import { arrowHead, type Paint, type Point, roundCorners, type Scene, type Shape, tidy } from './scene.ts';

/** CSS pixels to TeX points: 1/96 inch to 1/72.27 inch. */
const POINTS_PER_PIXEL = 72.27 / 96;

/** A scene as a LaTeX document of one TikZ picture, the page cut to it; compiles with plain pdflatex. */
export function toTikz(scene: Scene): string {
  const colours = coloursOf(scene);
  const shapes = scene.background
    ? [
        {
          kind: 'box',
          x: 0,
          y: 0,
          width: scene.widthPixels,
          height: scene.heightPixels,
          fill: scene.background,
        } as const,
        ...scene.shapes,
      ]
    : scene.shapes;
  return [
    '\\documentclass{article}',
    '\\usepackage[T1]{fontenc}',
    '\\usepackage{tikz}',
    `\\usepackage[paperwidth=${points(scene.widthPixels)},paperheight=${points(scene.heightPixels)},margin=0pt]{geometry}`,
    '\\pagestyle{empty}',
    '\\setlength{\\parindent}{0pt}',
    ...[...colours].map(([hex, name]) => `\\definecolor{${name}}{HTML}{${hex.slice(1).toUpperCase()}}`),
    '\\begin{document}',
    `% ${texComment(scene.title)}`,
    `\\begin{tikzpicture}[x=${POINTS_PER_PIXEL}pt,y=-${POINTS_PER_PIXEL}pt,font=\\sffamily,inner sep=0pt,overlay,shift={(current page.north west)},remember picture]`,
    ...shapes.flatMap((shape) => commands(shape, colours)).map((line) => `  ${line}`),
    '\\end{tikzpicture}',
    '\\end{document}',
    '',
  ].join('\n');
}

type Colours = ReadonlyMap<string, string>;

function coloursOf({ shapes, background }: Scene): Colours {
  const names = new Map<string, string>();
  const add = (hex: string | undefined): void => {
    if (hex !== undefined && !names.has(hex))
      names.set(
        hex,
        `netwright${String.fromCharCode(97 + (names.size % 26))}${'x'.repeat(Math.floor(names.size / 26))}`,
      );
  };
  add(background);
  for (const shape of shapes) {
    add(shape.fill);
    if (shape.kind !== 'text') add(shape.stroke);
  }
  return names;
}

function commands(shape: Shape, colours: Colours): readonly string[] {
  switch (shape.kind) {
    case 'box': {
      const corner = shape.radius ? `,rounded corners=${points(shape.radius)}` : '';
      const far: Point = [shape.x + shape.width, shape.y + shape.height];
      return [`\\path[${paint(shape, colours)}${corner}] ${at([shape.x, shape.y])} rectangle ${at(far)};`];
    }
    case 'path': {
      const line = `\\path[${paint(shape, colours)}] ${pathOf(shape)};`;
      if (!shape.arrow) return [line];
      const head = arrowHead(shape.points).map(at).join(' -- ');
      return [line, `\\path[fill=${colours.get(shape.stroke ?? '') ?? 'black'}] ${head} -- cycle;`];
    }
    case 'text': {
      const anchor = { start: 'base west', middle: 'base', end: 'base east' }[shape.anchor ?? 'start'];
      const turn = shape.turned ? ',rotate=90' : '';
      const size = tidy(shape.fontPixels * POINTS_PER_PIXEL);
      const text = shape.weight === 'medium' ? `\\textbf{${plainText(shape.text)}}` : plainText(shape.text);
      const font = `\\sffamily\\fontsize{${size}pt}{${size}pt}\\selectfont`;
      return [
        `\\node[anchor=${anchor}${turn},text=${colours.get(shape.fill)},font=${font}] at ${at([shape.x, shape.y])} {${text}};`,
      ];
    }
    default:
      return unreachable(shape);
  }
}

function pathOf({ points: corners, closed, cornerPixels }: Shape & { readonly kind: 'path' }): string {
  if (closed) return `${corners.map(at).join(' -- ')} -- cycle`;
  const { start, runs } = roundCorners(corners, cornerPixels ?? 0);
  return [
    at(start),
    ...runs.map((run) =>
      run.length === 1 ? `-- ${at(run[0])}` : `.. controls ${at(run[0])} .. ${at(run[1])}`,
    ),
  ].join(' ');
}

function paint({ fill, stroke, strokePixels, dash, opacity }: Paint, colours: Colours): string {
  return [
    ...(fill === undefined ? [] : [`fill=${colours.get(fill)}`]),
    ...(stroke === undefined
      ? []
      : [`draw=${colours.get(stroke)}`, `line width=${points(strokePixels ?? 1)}`]),
    ...(dash === undefined
      ? []
      : [`dash pattern=${dash.map((length, i) => `${i % 2 ? 'off' : 'on'} ${points(length)}`).join(' ')}`]),
    ...(opacity === undefined ? [] : [`opacity=${tidy(opacity)}`]),
  ].join(',');
}

function points(pixels: number): string {
  return `${tidy(pixels * POINTS_PER_PIXEL)}pt`;
}

function at([x, y]: Point): string {
  return `(${tidy(x)},${tidy(y)})`;
}

function texComment(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

/** What pdflatex sets without further packages; other letters become a question mark rather than an error. */
const plainText = (text: string): string => texText(text, () => '?');

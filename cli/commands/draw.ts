import { type Command, Option } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { toDot } from '../../shared/formats/pictures/dot.ts';
import type { Theme } from '../../shared/formats/pictures/families.ts';
import { type Direction, directions, drawGraph } from '../../shared/formats/pictures/graph-picture.ts';
import { toMermaid } from '../../shared/formats/pictures/mermaid.ts';
import {
  type Detail,
  details,
  type Outline,
  outlineOf,
  outlineOfLayers,
} from '../../shared/formats/pictures/outline.ts';
import { collapseRepeats } from '../../shared/formats/pictures/repeats.ts';
import type { Scene } from '../../shared/formats/pictures/scene.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { toTikz } from '../../shared/formats/pictures/tikz.ts';
import { drawVolumes } from '../../shared/formats/pictures/volume-picture.ts';
import { type Scale, scales } from '../../shared/formats/pictures/volumes.ts';
import type { Design } from '../../shared/graph/design.ts';
import { CommandFailure, failWith } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { formatFor } from '../formats.ts';
import { fileHelp, openDesign } from '../open-design.ts';
import type { Terminal } from '../terminal.ts';

interface DrawOptions {
  readonly output: string;
  readonly view: 'graph' | 'volumes';
  readonly detail?: Detail;
  readonly theme: Theme;
  readonly direction: Direction;
  readonly scale: Scale;
  readonly transparent?: boolean;
}

interface DrawFormat {
  readonly extension: string;
  draw(outline: Outline, options: DrawOptions): string | Promise<string>;
}

const formats: readonly DrawFormat[] = [
  { extension: '.svg', draw: async (outline, options) => toSvg(await sceneOf(outline, options)) },
  { extension: '.tikz', draw: async (outline, options) => toTikz(await sceneOf(outline, options)) },
  { extension: '.tex', draw: async (outline, options) => toTikz(await sceneOf(outline, options)) },
  { extension: '.dot', draw: (outline, { direction, theme }) => toDot(outline, direction, theme) },
  { extension: '.mmd', draw: (outline, { direction, theme }) => toMermaid(outline, direction, theme) },
];

export function addDraw(program: Command, terminal: Terminal): void {
  const extensions = formats.map(({ extension }) => extension).join(' ');
  program
    .command('draw')
    .description('draw a network: its graph, or its volumes to scale as papers do')
    .argument('<file>', fileHelp)
    .requiredOption('-o, --output <file>', `the picture: ${extensions}; - for SVG on standard output`)
    .addOption(new Option('--view <view>', 'what to draw').choices(['graph', 'volumes']).default('graph'))
    .addOption(
      new Option(
        '--detail <detail>',
        'every layer, blocks closed, or stages with repeat counts; stages for volumes when left out',
      ).choices(details),
    )
    .addOption(new Option('--theme <theme>', 'colours').choices(['light', 'dark']).default('light'))
    .addOption(
      new Option('--direction <direction>', 'where the graph flows').choices(directions).default('down'),
    )
    .addOption(new Option('--scale <scale>', 'of volumes').choices(scales).default(scales[0]))
    .option('--transparent', 'no background')
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright draw zoo:resnet152 -o resnet152.svg --detail stages\n  $ netwright draw zoo:alexnet -o alexnet.tikz --view volumes\n  $ netwright draw design.json -o design.mmd',
    )
    .action(async (file: string, options: DrawOptions) => {
      const toStdout = options.output === '-';
      const format = formatFor(toStdout ? '-.svg' : options.output, formats);
      const outline = outlineFor(file, await openDesign(file), options);
      const picture = await format.draw(outline, options);
      if (toStdout) terminal.out(picture);
      else await writeAtomically(options.output, picture);
    });
}

function outlineFor(file: string, design: Design, { detail, view }: DrawOptions): Outline {
  const analysis = analyze(design);
  const wanted = detail ?? (view === 'volumes' ? 'stages' : 'blocks');
  if (wanted === 'layers') {
    const network = flatten(analysis);
    if (!network.ok) throw failWith(file, network.problems);
    return outlineOfLayers(design.name, network.value);
  }
  if (view === 'volumes' && analysis.problems.length > 0) throw failWith(file, analysis.problems);
  if (Object.keys(design.nodes).length === 0) throw new CommandFailure(`${file}: has no nodes to draw.`);
  const outline = outlineOf(design, analysis);
  return wanted === 'stages' ? collapseRepeats(outline) : outline;
}

async function sceneOf(outline: Outline, options: DrawOptions): Promise<Scene> {
  const { theme, direction, scale, view, transparent = false } = options;
  if (view === 'volumes') return drawVolumes(outline, { theme, scale, transparent });
  // Large, and needed here alone: every other command starts faster without it.
  const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
  return drawGraph(outline, { theme, direction, transparent, elk: new Elk() });
}

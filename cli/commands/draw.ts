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
import { drawProfile } from '../../shared/formats/pictures/profile.ts';
import { profileEntries } from '../../shared/formats/pictures/profile-entries.ts';
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
  readonly view: 'graph' | 'volumes' | 'profile';
  readonly detail?: Detail;
  readonly theme: Theme;
  readonly direction: Direction;
  readonly scale: Scale;
  readonly transparent?: boolean;
}

interface DrawFormat {
  readonly extension: string;
  draw(picture: Picture, options: DrawOptions): string | Promise<string>;
}

/** What is drawn: a scene, or for the languages that lay out by themselves the outline. */
interface Picture {
  readonly outline: Outline;
  scene(): Promise<Scene>;
}

const formats: readonly DrawFormat[] = [
  { extension: '.svg', draw: async ({ scene }) => toSvg(await scene()) },
  { extension: '.tikz', draw: async ({ scene }) => toTikz(await scene()) },
  { extension: '.tex', draw: async ({ scene }) => toTikz(await scene()) },
  { extension: '.dot', draw: ({ outline }, { direction, theme }) => toDot(outline, direction, theme) },
  { extension: '.mmd', draw: ({ outline }, { direction, theme }) => toMermaid(outline, direction, theme) },
];

export function addDraw(program: Command, terminal: Terminal): void {
  const extensions = formats.map(({ extension }) => extension).join(' ');
  program
    .command('draw')
    .description('draw a network: its graph, its volumes to scale as papers do, or its costs along depth')
    .argument('<file>', fileHelp)
    .requiredOption('-o, --output <file>', `the picture: ${extensions}; - for SVG on standard output`)
    .addOption(
      new Option('--view <view>', 'what to draw').choices(['graph', 'volumes', 'profile']).default('graph'),
    )
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
      '\nExamples:\n  $ netwright draw zoo:resnet152 -o resnet152.svg --detail stages\n  $ netwright draw zoo:alexnet -o alexnet.tikz --view volumes\n  $ netwright draw zoo:alexnet -o costs.svg --view profile\n  $ netwright draw design.json -o design.mmd',
    )
    .action(async (file: string, options: DrawOptions) => {
      const toStdout = options.output === '-';
      const format = formatFor(toStdout ? '-.svg' : options.output, formats);
      const picture = await format.draw(pictureOf(file, await openDesign(file), options), options);
      if (toStdout) terminal.out(picture);
      else await writeAtomically(options.output, picture);
    });
}

function pictureOf(file: string, design: Design, options: DrawOptions): Picture {
  const { view, theme, transparent = false } = options;
  if (Object.keys(design.nodes).length === 0) throw new CommandFailure(`${file}: has no nodes to draw.`);
  const analysis = analyze(design);
  const network = () => {
    const flat = flatten(analysis);
    if (!flat.ok) throw failWith(file, flat.problems);
    return flat.value;
  };
  const detail = options.detail ?? (view === 'volumes' ? 'stages' : 'blocks');
  if (view === 'volumes' && analysis.problems.length > 0) throw failWith(file, analysis.problems);
  const whole = detail === 'layers' ? outlineOfLayers(design.name, network()) : outlineOf(design, analysis);
  const outline = detail === 'stages' ? collapseRepeats(whole) : whole;
  return {
    outline,
    async scene() {
      if (view === 'volumes') return drawVolumes(outline, { theme, scale: options.scale, transparent });
      if (view === 'profile') {
        const entries = profileEntries(design.name, analysis, network());
        return drawProfile(entries, { theme, title: design.name, transparent });
      }
      // Large, and needed here alone: every other command starts faster without it.
      const { default: Elk } = await import('elkjs/lib/elk.bundled.js');
      return drawGraph(outline, { theme, direction: options.direction, transparent, elk: new Elk() });
    },
  };
}

import { analyzeBaseline } from '../../analysis/baseline.ts';
import type { Analysis } from '../../analysis/facts.ts';
import { flatten } from '../../analysis/flatten.ts';
import { fail, failAll, messages, type Result, succeed } from '../../base/problem.ts';
import { unreachable } from '../../base/unreachable.ts';
import type { Baseline, Design } from '../../graph/design.ts';
import { toDot } from '../pictures/dot.ts';
import { drawGraph } from '../pictures/graph-picture.ts';
import { toMermaid } from '../pictures/mermaid.ts';
import { type Outline, outlineOf, outlineOfLayers } from '../pictures/outline.ts';
import type { Rasteriser } from '../pictures/png.ts';
import { drawProfile } from '../pictures/profile.ts';
import { profileEntries } from '../pictures/profile-entries.ts';
import type { ProfileEntry } from '../pictures/profile-rows.ts';
import { inReadingOrder } from '../pictures/reading-order.ts';
import { collapseRepeats } from '../pictures/repeats.ts';
import type { Scene } from '../pictures/scene.ts';
import { toSvg } from '../pictures/svg.ts';
import { toTikz } from '../pictures/tikz.ts';
import { drawVolumes } from '../pictures/volume-picture.ts';
import type { PictureWords } from '../pictures/words.ts';
import { type CostTable, costTable } from '../tables/cost-table.ts';
import { costsToCsv } from '../tables/csv.ts';
import { toHtml, toLatex, toMarkdown } from '../tables/markup.ts';
import { presentCosts } from '../tables/present.ts';
import type { Encoding, ExportForm, Subject } from './forms.ts';
import type { ExportOptions } from './options.ts';

export const say = messages('formats/exports/render', {
  'nothing-to-draw': ['There are no nodes to draw.', 'Add a layer first.'],
});

/** What is shown. */
export interface ExportSource {
  readonly design: Design;
  /** Of that design. */
  readonly analysis: Analysis;
  /** What is written in pictures; English where it is left out. */
  readonly words?: PictureWords;
}

/** What a machine lends: large libraries, loaded when they are first needed. */
export interface ExportTools {
  rasteriser(): Promise<Rasteriser>;
}

/** Writes a picture or a table. The same design and options give the same content on every machine. */
export async function renderExport(
  form: ExportForm,
  source: ExportSource,
  options: ExportOptions,
  tools: ExportTools,
): Promise<Result<string | Uint8Array>> {
  const { subject, encoding } = form;
  if (Object.keys(source.design.nodes).length === 0) return fail(nothingToDraw);
  const costs = (): CostTable =>
    costTable(source.design, source.analysis, { convention: options.convention, openBlocks: options.open });
  switch (encoding) {
    case 'svg':
      return mapped(sceneOf(subject, source, options), toSvg);
    case 'tikz':
      return mapped(sceneOf(subject, toldIn(encoding, source), options), toTikz);
    case 'png': {
      const scene = sceneOf(subject, source, options);
      return scene.ok ? (await tools.rasteriser()).toPng(scene.value, options.ratio) : scene;
    }
    case 'mermaid':
      return mapped(pictureOutline(subject, source, options), (outline) =>
        toMermaid(outline, options.direction, options.theme),
      );
    case 'dot':
      return mapped(pictureOutline(subject, source, options), (outline) =>
        toDot(outline, options.direction, options.theme),
      );
    case 'csv':
      return succeed(costsToCsv(costs()));
    case 'markdown':
      return succeed(toMarkdown(presentCosts(costs())));
    case 'latex':
      return succeed(toLatex(presentCosts(costs())));
    case 'html':
      return succeed(toHtml(presentCosts(costs())));
    default:
      return unreachable(encoding);
  }
}

/** A source as it is told in an encoding: pdflatex, which TikZ is for, sets no Chinese, and so that stays in English. */
export function toldIn(encoding: Encoding, source: ExportSource): ExportSource {
  if (encoding !== 'tikz') return source;
  const { design, analysis } = source;
  return { design, analysis };
}

const nothingToDraw = say.at({}, 'nothing-to-draw');

/** The picture before anyone has chosen SVG, PNG or TikZ. */
export function sceneOf(subject: Subject, source: ExportSource, options: ExportOptions): Result<Scene> {
  const { theme, direction, scale, transparent, alone } = options;
  switch (subject) {
    case 'graph': {
      return mapped(pictureOutline(subject, source, options), (outline) =>
        drawGraph(outline, { theme, direction, transparent }),
      );
    }
    case 'volumes': {
      // A box without a shape cannot be drawn, and leaving it out would show another network.
      if (source.analysis.problems.length > 0) return failAll(source.analysis.problems);
      return mapped(pictureOutline(subject, source, options), (outline) =>
        drawVolumes(outline, { theme, scale, transparent }),
      );
    }
    case 'profile': {
      const { name, budget } = source.design;
      const words = source.words?.profile;
      const entries = entriesOf(name, source.analysis);
      if (!entries.ok) return entries;
      const against = alone || !budget.baseline ? undefined : baselineEntries(budget.baseline);
      return succeed(
        drawProfile(entries.value, {
          theme,
          title: name,
          transparent,
          ...(words ? { words } : {}),
          ...(against ? { against } : {}),
        }),
      );
    }
    case 'table':
      throw new Error('A table is not drawn.');
    default:
      return unreachable(subject);
  }
}

function entriesOf(name: string, analysis: Analysis): Result<readonly ProfileEntry[]> {
  return mapped(flatten(analysis), (network) => profileEntries(name, analysis, network));
}

/** A baseline that has problems of its own is not laid over. */
function baselineEntries(baseline: Baseline): readonly ProfileEntry[] | undefined {
  const entries = entriesOf(baseline.name, analyzeBaseline(baseline));
  return entries.ok ? entries.value : undefined;
}

/** The network as a picture shows it. */
function pictureOutline(
  subject: Subject,
  { design, analysis, words }: ExportSource,
  options: Pick<ExportOptions, 'detail'>,
): Result<Outline> {
  const detail = options.detail === 'auto' ? (subject === 'volumes' ? 'stages' : 'blocks') : options.detail;
  if (detail === 'layers')
    return mapped(flatten(analysis), (network) =>
      inReadingOrder(outlineOfLayers(design.name, network, words?.say)),
    );
  const outline = inReadingOrder(outlineOf(design, analysis, words?.say));
  return succeed(detail === 'stages' ? collapseRepeats(outline) : outline);
}

function mapped<A, B>(result: Result<A>, map: (value: A) => B): Result<B> {
  return result.ok ? succeed(map(result.value)) : result;
}

import {
  Columns2,
  Equal,
  FileSpreadsheet,
  Image,
  Palette,
  Scale,
  SquareStack,
  TableProperties,
} from 'lucide-react';
import type { Comparison } from '../../../shared/analysis/compare.ts';
import { drawDifference } from '../../../shared/formats/pictures/difference.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import {
  differenceCsv,
  differenceTable,
  totalsCsv,
  totalsTable,
} from '../../../shared/formats/tables/difference-table.ts';
import { toMarkdown } from '../../../shared/formats/tables/markup.ts';
import { type Command, inEditor } from '../../commands/define.ts';
import { exportFile } from '../../documents/files.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { turnInPlace } from '../../state/blocks.ts';
import { analysisOf, chosenOf, comparedOf, comparisonOf, othersOf } from '../../state/compared.ts';
import { budgetOf } from '../../state/judged.ts';
import { keepState } from './add-design.tsx';
import { tellWhetherSame } from './same-function.ts';

interface Asked {
  readonly title: string;
  readonly comparison: Comparison;
  readonly designs: Parameters<typeof totalsTable>[0];
}

/** What is compared now; told where nothing is. */
function asked(app: App): Asked | undefined {
  const state = app.getState();
  const { name } = documentOf(state);
  const { others, against } = comparedOf(app).getState();
  const all = othersOf(others, budgetOf(state).baseline);
  const chosen = chosenOf(all, against);
  if (!chosen) {
    state.notify({
      kind: 'info',
      title: t('There is nothing to compare with'),
      lines: [
        t(
          'Pin the design as baseline, or choose a file, a published network or an earlier state in the Compare panel.',
        ),
      ],
    });
    return undefined;
  }
  const { analysis } = state.whole;
  return {
    title: `${chosen.name} → ${name}`,
    comparison: comparisonOf(analysisOf(chosen), analysis),
    designs: [
      { name, totals: analysis.totals },
      ...all.map((other) => ({ name: other.name, totals: analysisOf(other).totals })),
    ],
  };
}

async function save(app: App, ending: string, make: (asked: Asked) => string): Promise<void> {
  const found = asked(app);
  if (!found) return;
  const stem = documentOf(app.getState()).name.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-') || 'design';
  await exportFile(app, `${stem}-compared.${ending}`, new TextEncoder().encode(make(found)));
}

function toggle(app: App, what: 'onCanvas' | 'beside'): void {
  const slice = comparedOf(app);
  const on = !slice.getState()[what];
  if (on && !asked(app)) return;
  slice.setState(what === 'onCanvas' ? { onCanvas: on } : { beside: on });
  // The canvas has become narrower, or wider.
  if (what === 'beside') app.viewport.afterDrawing(() => app.viewport.fit());
}

/** More would leave nothing of the canvas to be seen. */
const MOST_OPENED = 24;

/** Colours the canvas, and opens in place every block inside of which something differs. */
async function openDiffering(app: App): Promise<void> {
  if (!asked(app)) return;
  comparedOf(app).setState({ onCanvas: true });
  const rows = comparedOf(app).getState().difference?.rows ?? new Map();
  const paths = new Set(
    [...rows.keys()].flatMap((path) => (path.includes('/') ? [path.split('/')[0]!] : [])),
  );
  if (app.getState().trail.length > 0) app.getState().show([]);
  const closed = [...paths].filter((id) => !app.getState().inPlace.has(id)).slice(0, MOST_OPENED);
  for (const id of closed) await turnInPlace(app, id);
  if (paths.size === 0) app.getState().say(t('No block differs inside.'));
}

export const compareCommands: readonly Command[] = [
  {
    id: 'compare.keep',
    title: 'Keep this state to compare with',
    menu: 'Design',
    icon: Scale,
    when: inEditor,
    perform: keepState,
  },
  {
    id: 'compare.onCanvas',
    title: 'Show differences on the canvas',
    menu: 'Design',
    icon: Palette,
    when: inEditor,
    perform: (app) => toggle(app, 'onCanvas'),
  },
  {
    id: 'compare.open',
    title: 'Open the blocks that differ',
    menu: 'Design',
    icon: SquareStack,
    when: inEditor,
    perform: openDiffering,
  },
  {
    id: 'compare.beside',
    title: 'Show the other design beside this one',
    menu: 'Design',
    icon: Columns2,
    when: inEditor,
    perform: (app) => toggle(app, 'beside'),
  },
  {
    id: 'compare.same',
    title: 'Do both compute the same?',
    menu: 'Design',
    icon: Equal,
    when: inEditor,
    perform: tellWhetherSame,
  },
  {
    id: 'compare.markdown',
    title: 'Comparison as Markdown',
    menu: 'Export',
    icon: TableProperties,
    when: inEditor,
    perform: (app) =>
      save(
        app,
        'md',
        ({ title, comparison, designs }) =>
          `${toMarkdown(totalsTable(designs))}\n${toMarkdown(differenceTable(title, comparison))}`,
      ),
  },
  {
    id: 'compare.csv',
    title: 'Comparison as CSV',
    menu: 'Export',
    icon: FileSpreadsheet,
    when: inEditor,
    perform: (app) =>
      save(app, 'csv', ({ comparison, designs }) =>
        designs.length > 2 ? totalsCsv(designs) : differenceCsv(comparison),
      ),
  },
  {
    id: 'compare.svg',
    title: 'Comparison as SVG',
    menu: 'Export',
    icon: Image,
    when: inEditor,
    perform: (app) => save(app, 'svg', ({ title, comparison }) => toSvg(drawDifference(title, comparison))),
  },
];

import type { Edit } from '../../../shared/graph/edits.ts';
import { moveNodes } from '../../../shared/graph/edits.ts';
import { countKinds, type FoundBlock, findBlocks } from '../../../shared/graph/find-blocks.ts';
import { foldBlocks } from '../../../shared/graph/fold.ts';
import { foldMoves, type Moves } from '../../../shared/graph/packing.ts';
import { t } from '../../i18n/i18n.ts';
import { layoutAfterReplacing } from '../../layout/replaced-layout.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';

/** An edit that puts nodes in the place of others: they are laid out there in the same step, and selected. */
export async function editAndArrange(
  app: App,
  label: string,
  edit: Edit,
  moves: Moves | undefined,
): Promise<void> {
  const before = designOf(app.getState());
  const wasChosen = app.getState().selection.length;
  // A mark of its own joins the two halves, whatever else is edited meanwhile.
  const mark = `arranged ${crypto.randomUUID()}`;
  app.getState().edit(label, edit, mark, moves);
  const after = designOf(app.getState());
  const { nodes } = after;
  const positions = await layoutAfterReplacing(app.arrange, before, after, app.getState().direction);
  if (designOf(app.getState()).nodes !== nodes) return;
  app.getState().edit(label, moveNodes(positions), mark);
  app.getState().endGesture();
  const added = Object.keys(nodes).filter((id) => !before.nodes[id]);
  app.getState().select(added);
  app.viewport.afterDrawing(() => (wasChosen === 0 ? app.viewport.fit() : app.viewport.revealAll(added)));
}

/** The structures of the selection, or of the whole design where nothing is selected, become blocks. */
export async function foldChosen(app: App): Promise<void> {
  const { selection, analysis, block: within } = app.getState();
  const { topology } = analysis;
  const found = findBlocks(designOf(app.getState()), {
    topology,
    within,
    ...(selection.length > 0 ? { touching: selection } : {}),
  });
  if (found.length > 0) return foldFound(app, found);
  app.getState().notify({
    kind: 'info',
    title:
      selection.length > 0
        ? t('The selection holds no structure of a block')
        : t('The design holds no structure of a block'),
    lines: [
      t(
        'Looked for were your own blocks, residual, bottleneck and inception blocks and Conv–BN–ReLU: same layers, wires and parameters, and nothing outside that reads what is inside.',
      ),
    ],
  });
}

function foldFound(app: App, found: readonly FoundBlock[]): Promise<void> {
  return editAndArrange(
    app,
    t('Fold into {{what}}', { what: listOf(found) }),
    foldBlocks(found),
    foldMoves(found),
  );
}

/** `8 × Residual, 1 × Conv–BN–ReLU`. */
function listOf(found: readonly FoundBlock[]): string {
  return countKinds(found)
    .map(([title, count]) => `${count} × ${title}`)
    .join(', ');
}

/** After a model was opened: says which blocks its layers would make, and makes them only when told to. */
export function offerFolding(app: App): void {
  const design = designOf(app.getState());
  const found = findBlocks(design, { topology: app.getState().analysis.topology });
  if (!found.some(({ node }) => node.kind !== 'convBnRelu')) return;
  app.getState().notify({
    kind: 'info',
    title: t('Layers of this model make up blocks'),
    lines: [t('Folded, the design is the same network with the same weights, in fewer nodes.')],
    action: { title: t('Fold into {{what}}', { what: listOf(found) }), command: 'fold', selection: [] },
  });
}

import { fitWidth } from '../../shared/analysis/fit.ts';
import { isBlockKind } from '../../shared/blocks/index.ts';
import { type NodeId, quantities } from '../../shared/graph/design.ts';
import { moveNodes, removeAndBridge, removeNodes, setBypass } from '../../shared/graph/edits.ts';
import { reachable } from '../../shared/graph/topology.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { arrange } from '../canvas/auto-layout.ts';
import { viewport } from '../canvas/viewport.ts';
import { t } from '../i18n/i18n.ts';
import { percent } from '../parts/format.ts';
import { app, designOf, type FlowDirection } from '../store/app.ts';

/** Lays the whole design out; the nodes keep their wires and parameters. */
export async function arrangeAll(direction: FlowDirection = app.getState().direction): Promise<void> {
  const before = designOf(app.getState());
  const positions = await arrange(before, direction);
  // Whoever went on editing meanwhile keeps what they did; only nodes that still exist are moved.
  const now = designOf(app.getState());
  const known = Object.fromEntries(Object.entries(positions).filter(([id]) => now.nodes[id]));
  app.getState().set({ direction });
  app.getState().edit(t('Arrange'), moveNodes(known));
  requestAnimationFrame(() => viewport.fit());
}

/** Gives places to nodes that came without, as the zoo's and most hand-written specs do; not an edit of the user's. */
export async function placeUnplaced(): Promise<void> {
  const design = designOf(app.getState());
  if (Object.keys(design.nodes).every((id) => design.layout[id])) return;
  const positions = await arrange(design, app.getState().direction);
  const state = app.getState();
  if (designOf(state) !== design) return;
  const clean = state.saved === design;
  const placed = { ...design, layout: { ...positions, ...design.layout } };
  app.setState({
    history: { ...state.history, design: placed },
    ...(clean ? { saved: placed } : {}),
  });
  requestAnimationFrame(() => viewport.fit(false));
}

export function deleteSelection(bridge: boolean): void {
  const { selection, edit } = app.getState();
  if (selection.length === 0) return;
  edit(t('Delete'), bridge ? removeAndBridge(selection) : removeNodes(selection));
}

export function toggleBypass(): void {
  const { selection, edit } = app.getState();
  const { nodes } = designOf(app.getState());
  const on = selection.some((id) => !nodes[id]?.bypass);
  edit(on ? t('Bypass') : t('Do not bypass'), setBypass(selection, on));
}

export function unpackSelection(): void {
  const { selection, edit } = app.getState();
  const { nodes } = designOf(app.getState());
  const chosen = selection.filter((id) => isBlockKind(nodes[id]?.kind ?? ''));
  const before = new Set(Object.keys(nodes));
  edit(t('Unpack'), (draft) => {
    for (const id of chosen) unpackBlock(id)(draft);
  });
  app.getState().select(Object.keys(designOf(app.getState()).nodes).filter((id) => !before.has(id)));
  void arrangeAll();
}

export function selectAlong(direction: 'before' | 'after'): void {
  const { selection, analysis, select } = app.getState();
  select([...selection, ...reachable(analysis.topology, selection, direction)]);
}

/** Arrow keys walk the graph along its wires. */
export function walk(direction: 'before' | 'after'): void {
  const { selection, analysis, select } = app.getState();
  const { topology } = analysis;
  const from = selection.at(-1);
  const next: NodeId | undefined =
    from === undefined
      ? topology.order[0]
      : direction === 'after'
        ? topology.outOf.get(from)?.[0]?.to.node
        : topology.into.get(from)?.[0]?.from.node;
  if (next === undefined) return;
  select([next]);
  viewport.show([next]);
}

/** Scales every width alike until the first budget that is broken is met again. */
export function fitToBudget(): void {
  const { budget, edit, set } = app.getState();
  const design = designOf(app.getState());
  const broken = quantities.map((quantity) => budget.gauges[quantity]).find(({ within }) => within === false);
  if (broken?.max === undefined) return;
  const fit = fitWidth(design, broken.quantity, broken.max);
  if (!fit) {
    set({
      notice: {
        kind: 'info',
        title: t('No width fits the budget'),
        lines: [t('Scaling the channels alone does not bring it back; remove layers or shrink the input.')],
      },
    });
    return;
  }
  edit(t('Fit to budget: width {{width}}', { width: percent(fit.width - 1) }), fit.edit);
}

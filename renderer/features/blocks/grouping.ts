import { isIssue } from '../../../shared/base/problem.ts';
import { blockNameOf } from '../../../shared/graph/definitions.ts';
import { groupingOf, groupMoves, groupNodes } from '../../../shared/graph/group.ts';
import { unpackBlock, unpackMoves } from '../../../shared/graph/unpack.ts';
import { t } from '../../i18n/i18n.ts';
import { said } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { designOf } from '../../state/app-state.ts';
import { leaveBlock } from '../../state/blocks.ts';
import { editAndArrange } from './fold.ts';

/** The selected nodes become one block of the user's own; why they cannot is told. */
export function groupSelection(app: App): void {
  const { analysis, selection, edit, select, selectWires, notify } = app.getState();
  const grouping = groupingOf(designOf(app.getState()), analysis.topology, selection, ({ node, port }) => {
    const dims = analysis.facts.get(node)?.outputs?.[port];
    return dims && dims.length > 1 ? dims.slice(1) : undefined;
  });
  if (isIssue(grouping)) {
    const lines = [said(grouping.told.message), said(grouping.told.hint)];
    notify({ kind: 'info', title: t('The selection cannot become a block'), lines });
    return;
  }
  edit(
    t('Group into {{name}}', { name: grouping.name }),
    groupNodes(grouping),
    undefined,
    groupMoves(grouping),
  );
  select([grouping.id]);
  selectWires([]);
}

export function unpackChosen(app: App): Promise<void> | undefined {
  const [id] = app.getState().selection;
  const design = designOf(app.getState());
  const node = id === undefined ? undefined : design.nodes[id];
  if (id === undefined || !node) return undefined;
  const label = t('Unpack {{name}}', { name: id });
  const moves = unpackMoves(design, id);
  const definition = design.blocks[blockNameOf(node) ?? ''];
  const placed = definition && Object.keys(definition.nodes).every((inner) => definition.layout[inner]);
  // What the user made stands as it did; what comes with the program has no places.
  if (!placed || node.params.repeat !== 1) return editAndArrange(app, label, unpackBlock(id), moves);
  const before = new Set(Object.keys(design.nodes));
  app.getState().edit(label, unpackBlock(id), undefined, moves);
  const added = Object.keys(designOf(app.getState()).nodes).filter((each) => !before.has(each));
  app.getState().select(added);
  return undefined;
}

/** Unpacks the block whose inside is looked at, from outside. */
export function unpackLookedAt(app: App): Promise<void> | undefined {
  leaveBlock(app, app.getState().openDepth);
  return unpackChosen(app);
}

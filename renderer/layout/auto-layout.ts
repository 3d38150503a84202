import ELK, { type ElkNode } from 'elkjs/lib/elk-api.js';
import type { Design, NodeId, Point } from '../../shared/graph/design.ts';
import type { FlowDirection } from '../state/view-state.ts';
import { NODE_WIDTH, nodeHeight, shownInputs } from './geometry.ts';

let engine: InstanceType<typeof ELK> | undefined;

/** elkjs in its worker, started when first needed. */
export function elk(): InstanceType<typeof ELK> {
  engine ??= new ELK({
    workerFactory: () =>
      new Worker(new URL('../workers/layout.worker.ts', import.meta.url), { type: 'module' }),
  });
  return engine;
}

const GRID = 10;
const LONG_CHAIN = 8;

/** Long networks are folded like text, to the shape of a window: in one line nothing of them could be read. */
function folding({ nodes }: Design): Readonly<Record<string, string>> {
  if (Object.keys(nodes).length < LONG_CHAIN) return {};
  return {
    'elk.aspectRatio': '1.7',
    'elk.layered.wrapping.strategy': 'MULTI_EDGE',
    'elk.layered.wrapping.additionalEdgeSpacing': '30',
  };
}

/** Places every node in layers along the flow; wires are left to the canvas. */
export async function arrange(
  design: Design,
  direction: FlowDirection,
): Promise<Readonly<Record<NodeId, Point>>> {
  const graph: ElkNode = {
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction === 'right' ? 'RIGHT' : 'DOWN',
      'elk.randomSeed': '1',
      'elk.spacing.nodeNode': '34',
      'elk.layered.spacing.nodeNodeBetweenLayers': direction === 'right' ? '84' : '54',
      'elk.layered.nodePlacement.strategy':
        Object.keys(design.nodes).length > 400 ? 'LINEAR_SEGMENTS' : 'NETWORK_SIMPLEX',
      'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
      'elk.separateConnectedComponents': 'true',
      ...folding(design),
    },
    children: Object.entries(design.nodes).map(([id, node]) => ({
      id,
      width: NODE_WIDTH,
      height: direction === 'right' ? nodeHeight(shownInputs(node, []).length) : nodeHeight(1),
    })),
    edges: Object.entries(design.wires).map(([id, { from, to }]) => ({
      id,
      sources: [from.node],
      targets: [to.node],
    })),
  };
  const laid = await elk().layout(graph);
  return Object.fromEntries(
    (laid.children ?? []).map(({ id, x, y }) => [
      id,
      { x: Math.round((x ?? 0) / GRID) * GRID, y: Math.round((y ?? 0) / GRID) * GRID },
    ]),
  );
}

import { type Design, emptyDesign, type Wire, wireBetween, wireId } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';

/** Units of a residual network, layer by layer, with a shortcut around each: about so many nodes. */
export function residualNetwork(count: number): Design {
  const nodes: Record<string, Design['nodes'][string]> = { input: newNode('input', { shape: [3, 32, 32] }) };
  const wires: Wire[] = [];
  let last = 'input';
  let total = 1;
  const add = (id: string, ...[kind, params]: Parameters<typeof newNode>): void => {
    nodes[id] = newNode(kind, params);
    wires.push(wireBetween(last, id, kind === 'add' ? 'in0' : 'in'));
    last = id;
    total++;
  };
  const padding = [1, 1, 1, 1];
  add('stem', 'conv2d', { channels: 16, padding });
  for (let unit = 0; total + 11 < count; unit++) {
    const start = last;
    for (const half of ['a', 'b']) {
      add(`unit${unit}.conv_${half}`, 'conv2d', { channels: 16, padding });
      add(`unit${unit}.bn_${half}`, 'batchNorm');
      if (half === 'a') add(`unit${unit}.relu_a`, 'relu');
    }
    add(`unit${unit}.add`, 'add');
    wires.push(wireBetween(start, last, 'in1'));
    add(`unit${unit}.relu`, 'relu');
  }
  add('pool', 'globalAvgPool');
  add('fc', 'linear', { features: 10 });
  add('output', 'output');
  return {
    ...emptyDesign,
    name: `residual-${count}`,
    nodes,
    wires: Object.fromEntries(wires.map((wire) => [wireId(wire), wire])),
  };
}

import { analyze } from '../../shared/analysis/analyze.ts';
import type { NodeFacts } from '../../shared/analysis/facts.ts';
import type { Dims } from '../../shared/base/dims.ts';
import type { NodeKind } from '../../shared/blocks/index.ts';
import {
  type DesignNode,
  emptyDesign,
  inputPortNames,
  type Wire,
  wireBetween,
  wireId,
} from '../../shared/graph/design.ts';
import { layers } from '../../shared/layers/index.ts';
import { defaultsOf, type ParamValues } from '../../shared/schema/params.ts';

/** One node fed with tensors of the given shapes, and what analysis says about it. */
export function analyzeAlone(kind: NodeKind, params: ParamValues, inputs: readonly Dims[]): NodeFacts {
  const nodes: Record<string, DesignNode> = { node: { kind, params } };
  const wires: Record<string, Wire> = {};
  for (const [i, port] of inputPortNames(kind, inputs.length).slice(0, inputs.length).entries()) {
    const feed = { ...defaultsOf(layers.input.params), shape: inputs[i]!, batched: false };
    nodes[`x${i}`] = { kind: 'input', params: feed };
    const wire = wireBetween(`x${i}`, 'node', port);
    wires[wireId(wire)] = wire;
  }
  const facts = analyze({ ...emptyDesign, nodes, wires }).facts.get('node')!;
  if (facts.problems.length > 0) throw new Error(`${kind}: ${facts.problems[0]!.message}`);
  return facts;
}

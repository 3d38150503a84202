import type { PortRef } from '../../graph/design.ts';
import { innerPort } from '../../graph/packing.ts';
import { foldDesign } from '../weights/fold.ts';
import type { OnnxImport } from './opened-model.ts';

/** An opened model with its residual, inception and other structures as blocks. */
export function foldImport(model: OnnxImport): OnnxImport {
  const { design, weights, found } = foldDesign(model.design, model.weights);
  const places = new Map<string, PortRef>();
  const inside = new Set<string>();
  for (const block of found) {
    for (const member of block.members.values()) inside.add(member);
    for (const [port, source] of Object.entries(block.fragment.outputs)) {
      const ref = innerPort(block, source);
      if (ref) places.set(keyOf(ref), { node: block.id, port });
    }
  }
  const values = [...model.values].flatMap(([name, ref]) => {
    const place = places.get(keyOf(ref)) ?? (inside.has(ref.node) ? undefined : ref);
    return place ? [[name, place] as const] : [];
  });
  return { ...model, design, weights, values: new Map(values) };
}

const keyOf = ({ node, port }: PortRef): string => `${node}:${port}`;

import type { NodeId } from '../graph/design.ts';
import { compile } from './evaluate.ts';
import { type Knob, knobNamed, knobsOf, type Steering, widthOf } from './knobs.ts';

/**
 * The knob with the nodes that must move together with its own: what a sum or a shortcut ties. Found by turning it and
 * looking for a problem, first with its nodes alone, then with more of the layers around. Undefined where nothing helps.
 */
export function tied(steering: Steering, knob: Knob): Knob | undefined {
  if (knob.kind !== 'width' || knob.step === 0) return knob;
  for (const nodes of wider(steering, knob)) {
    const candidate = { ...knob, nodes };
    if (turns(steering, candidate)) return candidate;
  }
  return undefined;
}

/** Whether a design with the knob elsewhere is without problems. */
function turns(steering: Steering, knob: Knob): boolean {
  const elsewhere = [2 * knob.base, knob.base + knob.step];
  const evaluator = compile(steering, [{ knob, values: [knob.base, ...elsewhere] }]);
  return elsewhere.every((_, i) => evaluator.measure([i + 1]) !== undefined);
}

/** Ever larger sets of nodes around those of a knob. */
function* wider(steering: Steering, knob: Knob): Generator<readonly NodeId[]> {
  yield knob.nodes;
  const { stages, design } = steering;
  const inside = new Set(knob.nodes);
  const place = stages.findIndex(({ nodes }) => nodes.some((id) => inside.has(id)));
  if (place < 0) return;
  const widthNodes = (from: number, to: number): readonly NodeId[] =>
    stages.slice(from, to).flatMap(({ name }) => knobNamed(steering, `${name}.width`)?.nodes ?? []);
  const lead = design.nodes[knob.nodes[0]!]!;
  yield widthNodes(place, place + 1).filter((id) => widthOf(design.nodes[id]!) === widthOf(lead));
  yield widthNodes(place, place + 1);
  yield widthNodes(Math.max(0, place - 1), place + 1);
  yield widthNodes(place, place + 2);
  yield widthNodes(Math.max(0, place - 1), place + 2);
  yield widthNodes(0, stages.length);
}

/** Every knob of a design that can be turned, widths with what they are tied to; each set of nodes once. */
export function findKnobs(steering: Steering): readonly Knob[] {
  const seen = new Set<string>();
  return knobsOf(steering).flatMap((knob) => {
    const found = tied(steering, knob);
    if (!found) return [];
    const key = `${knob.kind} ${knob.step === 0} ${[...found.nodes].sort().join()}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [found];
  });
}

/** The knob of that name, with what it is tied to. */
export function findKnob(steering: Steering, id: string): Knob | undefined {
  const knob = knobNamed(steering, id);
  return knob && tied(steering, knob);
}

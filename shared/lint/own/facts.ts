import type { Analysis, NodeFacts } from '../../analysis/facts.ts';
import type { Dims } from '../../base/dims.ts';
import { catalog, definitionOf } from '../../blocks/index.ts';
import { bytesOf } from '../../graph/number-types.ts';
import { type Evaluator, type FactReader, Fixed, type Value } from './evaluate.ts';
import type { Place } from './places.ts';

export type FactType = 'number' | 'text' | 'truth' | 'any';

/** A node, or what is inside of one that is a block, and the design that it stands in. */
export interface Subject {
  readonly facts: NodeFacts;
  /** The node of the design that it is, or is inside of. */
  readonly owner: NodeFacts;
  readonly analysis: Analysis;
  /** The stretch of the network that keeps one map size, counted from 1; undefined outside of maps. */
  readonly stage: number | undefined;
  /** Of its first input, and of its first output; undefined while unknown. */
  readonly into: Dims | undefined;
  readonly out: Dims | undefined;
  /** Undefined for what is bypassed or could not be opened. */
  readonly place: Place | undefined;
}

interface Fact {
  readonly type: FactType;
  readonly doc: string;
  of(subject: Subject): Value;
  /** Set where it is the same for all that is in a design. */
  readonly ofDesign?: (analysis: Analysis) => Value;
}

const fact = (type: FactType, doc: string, of: Fact['of']): Fact => ({ type, doc, of });
const total = (doc: string, key: Exclude<keyof Analysis['totals'], 'numbers'>): Fact => ({
  ...fact('number', doc, ({ analysis }) => analysis.totals[key]),
  ofDesign: ({ totals }) => totals[key],
});

const shape = (side: 'in' | 'out', key: 'into' | 'out'): Readonly<Record<string, Fact>> => {
  const which = side === 'in' ? 'its first input' : 'its output';
  const axis = (
    name: string,
    doc: string,
    at: (dims: Dims) => number | undefined,
  ): readonly [string, Fact] => [
    `${side}.${name}`,
    fact('number', `${doc} of ${which}`, (subject) => {
      const dims = subject[key];
      return dims && at(dims);
    }),
  ];
  return Object.fromEntries([
    axis('channels', 'channels, or features,', (dims) => dims[1]),
    axis('height', 'height', (dims) => (dims.length >= 4 ? dims[2] : undefined)),
    axis('width', 'width', (dims) => (dims.length >= 4 ? dims[3] : undefined)),
    axis('rank', 'number of axes, batch included,', (dims) => dims.length),
    axis('elements', 'elements, for one sample,', elementsOfOne),
  ]);
};
function elementsOfOne(dims: Dims): number {
  let elements = 1;
  for (let axis = 1; axis < dims.length; axis++) elements *= dims[axis]!;
  return elements;
}
const reach = (doc: string, of: (field: NonNullable<NodeFacts['reach']>) => number): Fact =>
  fact('number', doc, ({ facts }) => facts.reach && of(facts.reach));

const place = (doc: string, of: (at: Place) => number): Fact =>
  fact('number', doc, (subject) => subject.place && of(subject.place));

/** What expressions can speak of. Parameters of the node besides: `param.kernel[0]`. */
export const facts: Readonly<Record<string, Fact>> = {
  kind: fact('text', 'the kind of layer or block', ({ facts: { node } }) => node.kind),
  name: fact('text', 'the name', ({ facts: { id } }) => id),
  group: fact('text', 'the group of layers', ({ facts: { node } }) => definitionOf(node.kind).group),
  stage: fact('number', 'which stretch of one map size, from 1', ({ stage }) => stage),
  bypass: fact('truth', 'whether it is bypassed', ({ facts: { node } }) => node.bypass === true),
  inputs: fact('number', 'how many wires lead to it', ({ facts: { inputs } }) => inputs.length),
  macs: fact('number', 'multiply-adds, for one sample', ({ facts: { cost } }) => cost?.macs.value),
  params: fact('number', 'trained parameters', ({ facts: { cost } }) => cost?.params.value),
  otherOps: fact(
    'number',
    'operations that are no multiply-adds',
    ({ facts: { cost } }) => cost?.otherOps.value,
  ),
  outputElements: fact(
    'number',
    'elements that it gives, for one sample',
    ({ facts: { cost } }) => cost?.outputElements,
  ),
  outputBytes: fact(
    'number',
    'bytes that it gives, for one sample',
    ({ facts: { cost }, analysis }) =>
      cost && cost.outputElements * bytesOf(analysis.totals.numbers.activations),
  ),
  ...shape('in', 'into'),
  ...shape('out', 'out'),
  receptiveField: reach('the larger side of the receptive field, in pixels', ({ extent }) =>
    Math.max(...extent),
  ),
  'receptiveField.height': reach('the height of the receptive field, in pixels', ({ extent }) => extent[0]),
  'receptiveField.width': reach('the width of the receptive field, in pixels', ({ extent }) => extent[1]),
  step: reach('pixels of the input between neighbours', ({ step }) => Math.max(...step)),
  'path.depth': place('layers with multiply-adds from the input up to it', ({ depth }) => depth),
  'path.left': place('layers with multiply-adds from it to the output', ({ left }) => left),
  'total.macs': total('multiply-adds of the design', 'macs'),
  'total.params': total('parameters of the design', 'params'),
  'total.otherOps': total('other operations of the design', 'otherOps'),
  'total.outputBytes': total('bytes that all layers give', 'outputBytes'),
  'total.outputElements': total('elements that all layers give', 'outputElements'),
  'total.peakBytes': total('the peak of activation memory', 'peakBytes'),
  'total.depth': total('layers with weights on the longest path', 'depth'),
  'total.layers': total('layers', 'layers'),
};

const paramPrefix = 'param.';
const paramNames: ReadonlySet<string> = new Set(
  Object.values(catalog).flatMap(({ params }) => Object.keys(params).map((name) => paramPrefix + name)),
);

export function typeOfFact(name: string): FactType | undefined {
  if (Object.hasOwn(facts, name)) return facts[name]!.type;
  return paramNames.has(name) ? 'any' : undefined;
}

const kinds: ReadonlySet<string> = new Set(Object.keys(catalog));

/** What facts that are names can be. */
export const namesFor: Readonly<Record<string, ReadonlySet<string>>> = {
  kind: kinds,
  after: kinds,
  before: kinds,
  group: new Set(Object.values(catalog).map(({ group }) => group)),
};

export const factNames: readonly string[] = [...Object.keys(facts), ...paramNames];

/** How a fact is read, looked up once by its name. */
export function factNamed(name: string): Evaluator<Subject> {
  if (!name.startsWith(paramPrefix)) return Object.hasOwn(facts, name) ? facts[name]!.of : () => undefined;
  const key = name.slice(paramPrefix.length);
  return ({ facts: { node } }) => (Object.hasOwn(node.params, key) ? (node.params[key] as Value) : undefined);
}

/** The same in one design, of which what is the same for all nodes is known beforehand. */
export function factNamedIn(analysis: Analysis): FactReader<Subject> {
  return (name) => {
    const ofDesign = Object.hasOwn(facts, name) ? facts[name]!.ofDesign : undefined;
    return ofDesign ? new Fixed(ofDesign(analysis)) : factNamed(name);
  };
}

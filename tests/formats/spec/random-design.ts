import fc from 'fast-check';
import { catalog, definitionOf, type NodeKind } from '../../../shared/blocks/index.ts';
import { canvasColours, isEmptyCanvas } from '../../../shared/graph/canvas.ts';
import {
  type BlockDefinitions,
  type Budget,
  type Design,
  type DesignNode,
  emptyDesign,
  inputPortNames,
  type LintSettings,
  quantities,
  type Wire,
  wireId,
} from '../../../shared/graph/design.ts';
import { numberTypeNames } from '../../../shared/graph/number-types.ts';
import { type OwnRule, selectKeys } from '../../../shared/graph/own-rules.ts';
import {
  type Preprocessing,
  preprocessingParams,
  type RunSettings,
} from '../../../shared/graph/run-settings.ts';
import { isLayerKind } from '../../../shared/layers/index.ts';
import type { Param, Params, ParamValue } from '../../../shared/schema/params.ts';

/** Any value that a parameter may hold. */
function anyValueOf(p: Param): fc.Arbitrary<ParamValue> {
  const whole = (min: number, max: number) => fc.integer({ min, max: Math.min(max, min + 4096) });
  switch (p.kind) {
    case 'int':
      return whole(p.min, p.max);
    case 'float':
      return fc.double({ min: p.min, max: p.max, noNaN: true }).map((x) => (Object.is(x, -0) ? 0 : x));
    case 'flag':
      return fc.boolean();
    case 'choice':
      return fc.constantFrom(...p.options.map(({ value }) => value));
    case 'pair':
      return fc.tuple(whole(p.min, p.max), whole(p.min, p.max));
    case 'padding': {
      const side = whole(0, p.max);
      const sides = fc.oneof(
        side.map((all) => [all, all, all, all] as const),
        fc.tuple(side, side).map(([v, h]) => [v, h, v, h] as const),
        fc.tuple(side, side, side, side),
      );
      return p.allowSame ? fc.oneof(sides, fc.constant('same')) : sides;
    }
    case 'dims':
      return fc.array(whole(1, 4096), { minLength: 1, maxLength: p.maxRank });
    case 'ints':
      return fc.array(whole(p.min, p.max), { maxLength: Math.min(p.maxLength, 6) });
    case 'floats':
      return fc.array(fc.integer({ min: p.positive === true ? 1 : -9, max: 9 }), {
        maxLength: Math.min(p.maxLength, 6),
      });
    case 'text':
      return fc
        .string({ unit: 'grapheme', maxLength: Math.min(p.maxLength, 12) })
        .filter((t) => t.length <= p.maxLength);
  }
}

function valuesOf(params: Params): fc.Arbitrary<DesignNode['params']> {
  return fc.record(
    Object.fromEntries(
      Object.entries(params).map(([name, p]) => [
        name,
        fc.oneof(fc.constant(p.default), anyValueOf(p) as fc.Arbitrary<ParamValue>),
      ]),
    ),
  );
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const ruleId = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);

const anyNode: fc.Arbitrary<DesignNode> = fc
  .constantFrom(...(Object.keys(catalog) as NodeKind[]))
  .chain((kind) =>
    fc.record(
      {
        kind: fc.constant(kind),
        params: valuesOf(definitionOf(kind).params),
        ...(kind === 'input'
          ? { open: fc.array(fc.option(text.filter((name) => name !== '')), { maxLength: 4 }) }
          : {}),
        bypass: fc.constant(true),
        suppress: fc.array(
          fc.record({ rule: ruleId, reason: text.filter((reason) => reason.trim() !== '') }),
          { minLength: 1, maxLength: 2 },
        ),
      },
      { requiredKeys: ['kind', 'params'] },
    ),
  );

/** Blocks can only be used where they are defined. */
const node = anyNode.filter(({ kind }) => kind !== 'userBlock');

const nodeId = fc
  .oneof(
    fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,9}$/),
    fc.constantFrom('卷积1', 'Ünïcode', '__proto', 'conv1_1'),
  )
  .filter((id) => !(id in Object.prototype));

/** Nodes and wires with no regard for sense: the file must keep wrong designs too. `names` are blocks to use. */
const graphWith = (names: readonly string[]) =>
  fc.uniqueArray(nodeId, { maxLength: 8 }).chain((ids) =>
    fc
      .tuple(...ids.map(() => withTwin(fc.oneof({ weight: 4, arbitrary: node }, nodeOf(names)), ids)))
      .chain((made) => {
        const entries = ids.map((id, i) => [id, ofAnother(id, made[i]!)] as const);
        const wire = ids.length === 0 ? undefined : wireBetweenAny(entries);
        return fc.record({
          nodes: fc.constant(Object.fromEntries(entries)),
          wires: (wire === undefined ? fc.constant([]) : fc.array(wire, { maxLength: 12 })).map((wires) =>
            Object.fromEntries(wires.map((each) => [wireId(each), each])),
          ),
        });
      }),
  );

/** Some nodes state their parameters, and some use the weights of another, with no regard for whether they fit. */
function withTwin(any: fc.Arbitrary<DesignNode>, ids: readonly string[]): fc.Arbitrary<DesignNode> {
  return fc.tuple(any, fc.constantFrom(...ids), fc.nat({ max: 8 })).map(([own, weights, chance]) => {
    if (chance === 1 && isLayerKind(own.kind)) return { ...own, parameters: 2 ** ids.length - 1 };
    return chance === 0 ? { ...own, weights } : own;
  });
}

function ofAnother(id: string, { weights, ...own }: DesignNode): DesignNode {
  return weights === undefined || weights === id ? own : { ...own, weights };
}

function nodeOf(names: readonly string[]): fc.Arbitrary<DesignNode> {
  if (names.length === 0) return node;
  return fc.record({
    kind: fc.constant('userBlock' as const),
    params: fc.record({
      block: fc.constantFrom(...names),
      repeat: fc.integer({ min: 1, max: 1024 }),
      outputs: fc.integer({ min: 1, max: 64 }),
    }),
  });
}

const place = fc.tuple(fc.integer(), fc.integer()).map(([x, y]) => ({ x, y }));

const placed = {
  at: place,
  size: fc.record({ width: fc.integer({ min: 1 }), height: fc.integer({ min: 1 }) }),
  colour: fc.constantFrom(...canvasColours),
};
const canvas = fc.record({
  notes: fc.array(
    fc.record(
      { ...placed, text, textSize: fc.integer({ min: 6, max: 200 }) },
      { requiredKeys: ['at', 'size', 'colour', 'text'] },
    ),
    { maxLength: 2 },
  ),
  frames: fc.array(fc.record({ ...placed, title: text }), { maxLength: 2 }),
});

const classOrigin = fc.record(
  { name: text.filter((name) => name !== ''), file: text },
  { requiredKeys: ['name'] },
);

/** Each block may use those before it, so that none holds itself. */
const blocks: fc.Arbitrary<BlockDefinitions> = fc.uniqueArray(nodeId, { maxLength: 3 }).chain((names) =>
  fc
    .tuple(
      ...names.map((_, i) =>
        fc
          .tuple(
            graphWith(names.slice(0, i)),
            fc.option(place, { nil: undefined }),
            canvas,
            fc.option(classOrigin, { nil: undefined }),
          )
          .map(([{ nodes, wires }, at, own, origin]) => {
            const [first] = Object.keys(nodes);
            return {
              nodes,
              wires,
              layout: at && first !== undefined ? { [first]: at } : {},
              ...(isEmptyCanvas(own) ? {} : { canvas: own }),
              ...(origin === undefined ? {} : { class: origin }),
            };
          }),
      ),
    )
    .map((definitions) => Object.fromEntries(names.map((name, i) => [name, definitions[i]!]))),
);

/** A graph with blocks of its own. */
const graph = blocks.chain((defined) =>
  graphWith(Object.keys(defined)).map((nodesAndWires) => ({ ...nodesAndWires, blocks: defined })),
);

function wireBetweenAny(entries: readonly (readonly [string, DesignNode])[]): fc.Arbitrary<Wire> {
  const end = fc.constantFrom(...entries);
  return fc
    .tuple(end, end, fc.nat({ max: 20 }), fc.nat({ max: 3 }))
    .map(([[from, a], [to, b], pick, strange]) => {
      const outputs = definitionOf(a.kind)
        .outputs(a.params)
        .map(({ name }) => name);
      const inputs = inputPortNames(b.kind, pick);
      return {
        from: {
          node: from,
          port: strange === 1 ? 'elsewhere' : (outputs[pick % Math.max(outputs.length, 1)] ?? 'out'),
        },
        to: {
          node: to,
          port: strange === 2 ? 'nowhere' : (inputs[pick % Math.max(inputs.length, 1)] ?? 'in'),
        },
      };
    });
}

const numberType = fc.constantFrom(...numberTypeNames);
/** What figures are told for. */
const figures = fc.record({
  numbers: fc.record({ weights: numberType, activations: numberType }),
  batch: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 1_000_000 })),
});

const limit = fc.oneof(
  fc.record({ kind: fc.constant('absolute' as const), max: fc.nat({ max: 2 ** 31 - 1 }) }),
  fc.record({
    kind: fc.constantFrom('increase' as const, 'within' as const),
    percent: fc.integer({ min: 0, max: 5000 }).map((n) => n / 8),
  }),
);
const budget: fc.Arbitrary<Budget> = fc.record(
  {
    limits: fc.record(Object.fromEntries(quantities.map((q) => [q, limit])), { requiredKeys: [] }),
    baseline: fc.tuple(text, graph, figures).map(([name, pinned, told]) => ({ name, ...pinned, ...told })),
  },
  { requiredKeys: ['limits'] },
);

const severity = fc.constantFrom('error' as const, 'warning' as const, 'info' as const, 'off' as const);
const options = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,6}$/),
  fc.oneof(fc.integer(), fc.boolean(), text, fc.array(fc.integer(), { maxLength: 3 })),
  { maxKeys: 3, noNullPrototype: true },
);
const said = text.filter((each) => each !== '');
const patterns = fc.oneof(said, fc.array(said, { minLength: 1, maxLength: 3 }));
const ownRule: fc.Arbitrary<OwnRule> = fc.record(
  {
    id: ruleId,
    select: fc.record(Object.fromEntries(selectKeys.map((key) => [key, patterns])), { requiredKeys: [] }),
    when: said,
    message: said,
    severity,
    fix: fc.record({ param: said, value: fc.oneof(fc.integer(), fc.boolean(), text) }),
  },
  { requiredKeys: ['id', 'select', 'when', 'message', 'severity'] },
);
const lint: fc.Arbitrary<LintSettings> = fc.record(
  {
    preset: fc.constantFrom('recommended', 'vgg', 'resnet'),
    rules: fc.dictionary(ruleId, fc.record({ severity, options }, { requiredKeys: [] }), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    own: fc.uniqueArray(ownRule, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['preset', 'rules'] },
);

const run: fc.Arbitrary<RunSettings> = fc.record(
  {
    preprocessing: valuesOf(preprocessingParams) as fc.Arbitrary<Preprocessing>,
    classes: fc.array(text, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);

export const randomDesign: fc.Arbitrary<Design> = fc
  .record({
    name: text,
    notes: text,
    graph,
    budget,
    lint,
    run,
    figures,
    canvas,
    places: fc.array(fc.tuple(fc.integer(), fc.integer())),
  })
  .map(
    ({
      name,
      notes,
      graph: { nodes, wires, blocks: defined },
      budget: limits,
      lint: rules,
      run: running,
      figures: told,
      canvas: drawn,
      places,
    }) => ({
      ...emptyDesign,
      name,
      notes,
      nodes,
      wires,
      blocks: defined,
      budget: limits,
      lint: rules,
      run: running,
      ...told,
      canvas: drawn,
      layout: Object.fromEntries(
        Object.keys(nodes).flatMap((id, i) => {
          const place = places[i];
          return place === undefined ? [] : [[id, { x: place[0], y: place[1] }]];
        }),
      ),
    }),
  );

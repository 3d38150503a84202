import { definitionOf, type NodeKind } from '../../blocks/index.ts';
import { type Canvas, emptyCanvas, frameColour, isEmptyCanvas, noteColour } from '../../graph/canvas.ts';
import {
  type Baseline,
  type BlockDefinitions,
  type ClassOrigin,
  type Design,
  type DesignNode,
  emptyDesign,
  type LintSettings,
  type NodeId,
  type PortRef,
  quantities,
  type StateNames,
  type Wire,
} from '../../graph/design.ts';
import { plainNumbers } from '../../graph/number-types.ts';
import { type OwnRule, selectKeys, usualSeverity } from '../../graph/own-rules.ts';
import { preprocessingParams, type RunSettings } from '../../graph/run-settings.ts';
import { type Json, writeParams } from '../../schema/codec.ts';
import { SPEC_SCHEMA_URL, SPEC_VERSION } from './format.ts';
import { writeLimit } from './quantity.ts';
import type { JsonObject } from './reading.ts';
import { type Nodes, writeFrom } from './wiring.ts';

/**
 * The design as a spec: one node per line in the order of the design, keys in a fixed order, defaults left out, so that
 * a change in the design is a small change in the text. The layout comes last and on lines of its own. A wire whose
 * two ends do not both exist joins nothing and is left out.
 */
export function writeSpec(design: Design): string {
  const sections: (readonly [string, string])[] = [
    ['$schema', inline(SPEC_SCHEMA_URL)],
    ['netwright', inline(SPEC_VERSION)],
  ];
  const versions = writeVersions(design);
  if (versions !== undefined) sections.push(['versions', inline(versions)]);
  sections.push(['name', inline(design.name)]);
  sections.push(['nodes', list(writeNodes(design.nodes, design.wires), 1)]);
  const blocks = writeBlocks(design.blocks, 1);
  if (blocks !== undefined) sections.push(['blocks', blocks]);
  sections.push(...writeFigures(design));
  const budget = writeBudget(design);
  if (budget !== undefined) sections.push(['budget', budget]);
  const lint = writeLint(design.lint);
  if (lint !== undefined) sections.push(['lint', lint]);
  const run = writeRun(design.run);
  if (run !== undefined) sections.push(['run', run]);
  if (design.notes !== '') sections.push(['notes', inline(design.notes)]);
  const layout = writeLayout(design);
  if (layout.length > 0) sections.push(['layout', object(layout, 1)]);
  if (!isEmptyCanvas(design.canvas)) sections.push(['canvas', writeCanvas(design.canvas, 1)]);
  return `${object(sections, 0)}\n`;
}

type Section = readonly [string, string];

/** What figures are told for, where it is not float32 and one sample. */
function writeFigures({ numbers, batch }: Pick<Design, 'numbers' | 'batch'>): readonly Section[] {
  const types = (['weights', 'activations'] as const).filter((key) => numbers[key] !== plainNumbers[key]);
  return [
    ...(types.length === 0
      ? []
      : [['numbers', inline(Object.fromEntries(types.map((key) => [key, numbers[key]])))] as const]),
    ...(batch === 1 ? [] : [['batch', inline(batch)] as const]),
  ];
}

function writeCanvas({ notes, frames }: Canvas, depth: number): string {
  const items = (lines: readonly string[]): string => list(lines, depth + 1);
  const place = ({ at, size }: Pick<Canvas['notes'][number], 'at' | 'size'>): JsonObject => ({
    at: [at.x, at.y],
    size: [size.width, size.height],
  });
  const written: Section[] = [];
  if (notes.length > 0)
    written.push([
      'notes',
      items(
        notes.map((note) =>
          inline({
            ...place(note),
            text: note.text,
            ...(note.textSize === undefined ? {} : { textSize: note.textSize }),
            ...(note.colour === noteColour ? {} : { colour: note.colour }),
          }),
        ),
      ),
    ]);
  if (frames.length > 0)
    written.push([
      'frames',
      items(
        frames.map((frame) =>
          inline({
            ...place(frame),
            ...(frame.title === '' ? {} : { title: frame.title }),
            ...(frame.colour === frameColour ? {} : { colour: frame.colour }),
          }),
        ),
      ),
    ]);
  return object(written, depth);
}

function writeLayout({
  nodes,
  layout,
}: Pick<Design, 'nodes' | 'layout'>): readonly (readonly [string, string])[] {
  return Object.keys(nodes).flatMap((id) => {
    const point = Object.hasOwn(layout, id) ? layout[id] : undefined;
    return point === undefined ? [] : [[id, inline([point.x, point.y])] as const];
  });
}

function writeBlocks(blocks: BlockDefinitions, depth: number): string | undefined {
  const entries = Object.entries(blocks).map(([name, definition]) => {
    const nodes = list(writeNodes(definition.nodes, definition.wires), depth + 2);
    const layout = writeLayout(definition);
    const parts: Section[] = [];
    const { canvas = emptyCanvas, class: origin } = definition;
    if (origin !== undefined) parts.push(['class', inline(classJson(origin))]);
    parts.push(['nodes', nodes]);
    if (layout.length > 0) parts.push(['layout', object(layout, depth + 2)]);
    if (!isEmptyCanvas(canvas)) parts.push(['canvas', writeCanvas(canvas, depth + 2)]);
    return [name, object(parts, depth + 1)] as const;
  });
  return entries.length === 0 ? undefined : object(entries, depth);
}

function classJson({ name, file, doc, arguments: args }: ClassOrigin): Json {
  return {
    name,
    ...(file === undefined ? {} : { file }),
    ...(doc === undefined ? {} : { doc }),
    ...(args === undefined ? {} : { arguments: args }),
  };
}

function writeNodes(
  nodes: Readonly<Record<NodeId, DesignNode>>,
  wires: Readonly<Record<string, Wire>>,
): readonly string[] {
  const byId: Nodes = new Map(Object.entries(nodes));
  const feeds = new Map<NodeId, Map<string, PortRef[]>>();
  for (const { from, to } of Object.values(wires)) {
    if (!byId.has(from.node) || !byId.has(to.node)) continue;
    const ports = feeds.get(to.node) ?? new Map<string, PortRef[]>();
    const sources = ports.get(to.port);
    if (sources) sources.push(from);
    else feeds.set(to.node, ports.set(to.port, [from]));
  }
  return [...byId].map(([id, node]) => {
    const from = writeFrom(feeds.get(id) ?? new Map(), node, byId);
    const params = writeParams(definitionOf(node.kind).params, node.params);
    const suppress = (node.suppress ?? []).map(({ rule, reason }) => ({ rule, reason }));
    return inline({
      id,
      kind: node.kind,
      ...(from === undefined ? {} : { from }),
      ...(Object.keys(params).length === 0 ? {} : { params }),
      ...(node.weights === undefined ? {} : { weights: node.weights }),
      ...(node.parameters === undefined ? {} : { parameters: node.parameters }),
      ...(node.state === undefined ? {} : { state: stateJson(node.state) }),
      ...(node.open === undefined ? {} : { open: [...node.open] }),
      ...(node.bypass === true ? { bypass: true } : {}),
      ...(suppress.length === 0 ? {} : { suppress }),
    });
  });
}

function stateJson({ keys, shape, also, persistent, absent }: StateNames): Json {
  return {
    ...(keys === undefined ? {} : { keys }),
    ...(shape === undefined ? {} : { shape: [...shape] }),
    ...(also === undefined ? {} : { also: [...also] }),
    ...(persistent === undefined ? {} : { persistent }),
    ...(absent === undefined ? {} : { absent: [...absent] }),
  };
}

/** The versions of the layers in use, where they are past the first. */
function writeVersions(design: Design): JsonObject | undefined {
  const graphs = [design, design.budget.baseline ?? emptyDesign].flatMap((each) => [
    each,
    ...Object.values(each.blocks),
  ]);
  const nodes = graphs.flatMap((each) => Object.values(each.nodes));
  const kinds = new Set<NodeKind>(nodes.map(({ kind }) => kind));
  const versions = [...kinds].sort().flatMap((kind) => {
    const { version } = definitionOf(kind);
    return version > 1 ? [[kind, version] as const] : [];
  });
  return versions.length === 0 ? undefined : Object.fromEntries(versions);
}

function writeBudget({ budget }: Design): string | undefined {
  const entries: (readonly [string, string])[] = quantities.flatMap((quantity) => {
    const limit = budget.limits[quantity];
    return limit === undefined ? [] : [[quantity, inline(writeLimit(limit))] as const];
  });
  if (budget.baseline !== undefined) entries.push(['baseline', writeBaseline(budget.baseline)]);
  return entries.length === 0 ? undefined : object(entries, 1);
}

function writeBaseline(baseline: Baseline): string {
  const blocks = writeBlocks(baseline.blocks, 3);
  return object(
    [
      ['name', inline(baseline.name)],
      ['nodes', list(writeNodes(baseline.nodes, baseline.wires), 3)],
      ...(blocks === undefined ? [] : [['blocks', blocks] as const]),
      ...writeFigures(baseline),
    ],
    2,
  );
}

function writeLint(lint: LintSettings): string | undefined {
  const entries: (readonly [string, string])[] = [];
  if (lint.preset !== emptyDesign.lint.preset) entries.push(['preset', inline(lint.preset)]);
  const rules = Object.entries(lint.rules)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, { severity, options }]) => {
      if (severity !== undefined && options === undefined) return [rule, inline(severity)] as const;
      return [
        rule,
        inline({
          ...(severity === undefined ? {} : { severity }),
          ...(options === undefined ? {} : { options: options }),
        }),
      ] as const;
    });
  if (rules.length > 0) entries.push(['rules', object(rules, 2)]);
  const { own = [] } = lint;
  if (own.length > 0) entries.push(['own', list(own.map(writeOwnRule), 2)]);
  return entries.length === 0 ? undefined : object(entries, 1);
}

function writeOwnRule({ id, select, when, message, severity, fix }: OwnRule): string {
  const chosen = selectKeys.flatMap((key) => {
    const patterns = select[key];
    return patterns === undefined
      ? []
      : [[key, typeof patterns === 'string' ? patterns : [...patterns]] as const];
  });
  return inline({
    id,
    ...(chosen.length === 0 ? {} : { select: Object.fromEntries(chosen) }),
    when,
    message,
    ...(severity === usualSeverity ? {} : { severity }),
    ...(fix === undefined ? {} : { fix: { param: fix.param, value: fix.value } }),
  });
}

function writeRun({ preprocessing, classes }: RunSettings): string | undefined {
  const entries: (readonly [string, string])[] = [];
  if (preprocessing !== undefined)
    entries.push(['preprocessing', inline(writeParams(preprocessingParams, preprocessing))]);
  if (classes !== undefined) {
    const few = classes.length <= MOST_CLASSES_INLINE;
    entries.push(['classes', few ? inline(classes) : list(classes.map(inline), 2)]);
  }
  return entries.length === 0 ? undefined : object(entries, 1);
}

/** More names than this are written one per line. */
const MOST_CLASSES_INLINE = 10;

/** One value on one line, with the spaces that people write. */
function inline(json: Json): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(inline).join(', ')}]`;
  const entries = Object.entries(json).map(([key, value]) => `${JSON.stringify(key)}: ${inline(value)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Values that are written already, one per line. */
function list(items: readonly string[], depth: number): string {
  return items.length === 0 ? '[]' : `[\n${indent(items, depth + 1)}\n${'  '.repeat(depth)}]`;
}

function object(entries: readonly (readonly [string, string])[], depth: number): string {
  const lines = entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`);
  return `{\n${indent(lines, depth + 1)}\n${'  '.repeat(depth)}}`;
}

function indent(lines: readonly string[], depth: number): string {
  return lines.map((line) => `${'  '.repeat(depth)}${line}`).join(',\n');
}

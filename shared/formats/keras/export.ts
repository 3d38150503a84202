import type { Totals } from '../../analysis/facts.ts';
import type { Result } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import { docText, Names, tuple } from '../code/python.ts';
import { type BlockItem, dimsGiven, type Scope } from '../code/scope.ts';
import { fileText, writeCode } from '../code/write.ts';
import { checkSource } from './check.ts';
import { helperSource } from './forms.ts';
import { type BlockCalls, docLines, functionsOf, layerName, lineText, shapesText } from './functions.ts';
import { bodyOf, type Line } from './lines.ts';

/** A design as Python. */
export interface KerasModule {
  readonly code: string;
  /** The function that makes the model. */
  readonly functionName: string;
  /** Name of the Keras layer, by layer id of the flattened network. */
  readonly layerNames: ReadonlyMap<string, string>;
}

/**
 * Writes a design for Keras 3 in its functional style: blocks become functions, repeated stages loops, names are kept.
 * Maps are channels-last. Fails with the design's problems, or naming what Keras has no word for.
 */
export function exportKeras(design: Design): Result<KerasModule> {
  return writeCode(design, 'Keras', (scope, totals) => moduleOf(design, scope, totals));
}

function moduleOf(design: Design, scope: Scope, totals: Totals): KerasModule {
  const blocks = scope.items.filter((item): item is BlockItem => item.kind === 'block');
  const blockCalls = functionsOf(
    blocks,
    new Names(['build_model', 'multiply_adds', ...Object.keys(helperSource)]),
  );
  const names = namesOf(scope);
  const functions = blockCalls.functions.map(({ source }) => source);
  const build = buildSource(design, scope, blockCalls, names);
  const body = [...functions, build].join('\n\n\n');
  const needed = Object.entries(helperSource).filter(([name]) => new RegExp(`\\b${name}\\(`).test(body));
  const parts = [...needed.map(([, source]) => source), body];
  const used = ['layers', 'ops'].filter((module) => new RegExp(`\\b${module}\\.`).test(parts.join('\n')));
  const imports = [
    'from __future__ import annotations',
    '',
    'import math',
    '',
    'import keras',
    ...(used.length > 0 ? [`from keras import ${used.join(', ')}`] : []),
  ];
  const code = `${fileText(design, imports, parts)}\n\n${checkSource(totals)}\n`;
  return { code, functionName: 'build_model', layerNames: flatNames(scope, names) };
}

/** A name for each item, such that no layer inside of a block is called as one outside. */
function namesOf({ items }: Scope): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const item of items) {
    const all = (name: string): readonly string[] =>
      item.kind === 'block'
        ? [name, ...item.inside.items.map(({ id }) => `${name}_${layerName(id)}`)]
        : [name];
    const plain = layerName(item.id);
    let name = plain;
    for (let i = 2; all(name).some((each) => taken.has(each)); i++) name = `${plain}_${i}`;
    for (const each of all(name)) taken.add(each);
    names.set(item.id, name);
  }
  return names;
}

function flatNames({ items }: Scope, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  for (const item of items) {
    const name = names.get(item.twin ?? item.id)!;
    if (item.kind !== 'block') flat.set(item.flatId, name);
    else
      for (const inner of item.inside.items)
        flat.set(inner.flatId, `${name}_${layerName(inner.twin ?? inner.id)}`);
  }
  return flat;
}

function buildSource(
  design: Design,
  scope: Scope,
  { calls }: BlockCalls,
  names: ReadonlyMap<string, string>,
): string {
  const { inputs, lines, results } = bodyOf(scope);
  const heads = inputs.flatMap(({ item, variable }) => {
    const dims = item!.outputDims[0]!.slice(1);
    const shape = dims.length === 3 ? [dims[1]!, dims[2]!, dims[0]!] : dims;
    const made = `keras.Input(${tuple(shape)}, name="${names.get(item!.id)}")`;
    return inputs.length === 1 ? [`${variable} = inputs = ${made}`] : [`${variable} = ${made}`];
  });
  const given = inputs.length === 1 ? 'inputs' : `[${inputs.map(({ variable }) => variable).join(', ')}]`;
  // Variables are used again, so that inputs that stand in one are listed before that.
  const listed = inputs.length === 1 ? heads : [...heads, `inputs = ${given}`];
  const statements = withLoops(lines, calls, names);
  return [
    'def build_model() -> keras.Model:',
    ...docLines(
      `${docText(design.name)}.`,
      `${shapesText(
        inputs.map(({ item }) => item!.outputDims[0]!),
        dimsGiven(scope),
      )}.`,
    ),
    ...[...listed, ...statements].map((line) => `    ${line}`),
    `    return keras.Model(inputs, ${results.length === 1 ? results[0] : `[${results.join(', ')}]`}, name="${layerName(design.name) || 'network'}")`,
  ].join('\n');
}

/** Blocks that repeat one after the other are called in a loop. */
function withLoops(
  lines: readonly Line[],
  calls: BlockCalls['calls'],
  names: ReadonlyMap<string, string>,
): readonly string[] {
  const written: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    if (!line.block) {
      written.push(lineText(line, line.form?.arguments ?? [], () => `"${names.get(line.named!.id)}"`));
      i++;
      continue;
    }
    const run = runFrom(lines, i, calls, names);
    const name = names.get(line.block.id)!;
    const call = calls.get(line.block.id)!;
    const text = (nameText: string) =>
      `${line.targets} = ${call.callee}(${[line.source, ...call.arguments, `name=${nameText}`].join(', ')})`;
    if (run > 1) {
      const [, stem, start] = /^(.*_)(\d+)$/.exec(name)!;
      const range = start === '0' ? `${run}` : `${start}, ${Number(start) + run}`;
      written.push(`for i in range(${range}):`, `    ${text(`f"${stem}{i}"`)}`);
    } else written.push(text(`"${name}"`));
    i += run;
  }
  return written;
}

/** How many lines from here on are the same call, numbered through. */
function runFrom(
  lines: readonly Line[],
  start: number,
  calls: BlockCalls['calls'],
  names: ReadonlyMap<string, string>,
): number {
  const same = ({ block, source, targets }: Line): string =>
    JSON.stringify([calls.get(block!.id), source, targets]);
  const first = lines[start]!;
  const numbered = /^(.*_)(0|[1-9]\d*)$/.exec(names.get(first.block!.id)!);
  if (!numbered || first.source !== first.targets) return 1;
  const [, stem, number] = numbered as unknown as [string, string, string];
  let count = 1;
  for (let next = lines[start + count]; next?.block; next = lines[start + ++count]) {
    if (names.get(next.block.id) !== `${stem}${Number(number) + count}` || same(next) !== same(first)) break;
  }
  return count;
}

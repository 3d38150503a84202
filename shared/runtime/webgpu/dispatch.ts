import type { Dims } from '../../base/dims.ts';
import type { WeightStore } from '../backend.ts';

/** A buffer that lives as long as activations do: an index into the plan's slots. */
export type SlotId = number;

/** A buffer of weights or tables, made once and kept. Two steps with the same key share it. */
export interface WeightBuffer {
  readonly key: string;
  readonly elements: number;
  /** Its numbers, packed from the weight store; whole ones where a kernel reads them as such. */
  pack(): Float32Array | Int32Array;
}

/** Where numbers are: in a buffer of activations, or in one of weights. */
export type BufferSource =
  | { readonly kind: 'slot'; readonly slot: SlotId }
  | { readonly kind: 'weight'; readonly weight: WeightBuffer };

/** A tensor in its buffer, row by row, with its extents as callers know them. */
export interface PlacedValue {
  readonly source: BufferSource;
  readonly dims: Dims;
}

/** One dispatch of one kernel. */
export interface Dispatch {
  /** WGSL; the same text is compiled once. */
  readonly code: string;
  /** In the order of their bindings; the last is written. */
  readonly buffers: readonly BufferSource[];
  /** What the kernel finds in `p`, as 32-bit words. */
  readonly words: Int32Array;
  readonly groups: readonly [number, number, number];
  readonly macs: number;
}

/** What a kernel may use, and what it asks of the plan. */
export interface KernelContext {
  readonly store: WeightStore;
  readonly limits: Limits;
  /** A buffer of so many numbers for what lies between two dispatches, free again after the step. */
  scratch(elements: number): BufferSource;
}

/** What the device at hand can do. */
export interface Limits {
  /** Bytes of one buffer that a kernel can read. */
  readonly bufferBytes: number;
}

/** Why a kernel cannot run something here. */
export class Unsupported extends Error {}

/** Of the standard, which all devices keep: workgroups along one axis of a dispatch. */
const MAX_GROUPS = 65_535;
/** Invocations of a workgroup, unless a kernel says otherwise. */
export const LANES = 64;

/** A kernel and what it works on. */
export interface Draft {
  readonly reads: Readonly<Record<string, BufferSource>>;
  /** A table of whole numbers, `T`. */
  readonly table?: BufferSource;
  readonly writes: BufferSource;
  /** Whole numbers that the kernel finds in `p`. */
  readonly ints?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
  /** Functions and workgroup memory. */
  readonly declarations?: string;
  /** Of `main`, where `group` and `lane` are known. */
  readonly body: string;
  readonly groups: readonly [number, number, number];
  readonly macs?: number;
}

/** A draft as the device takes it: reads by their names, `Y` to be written, and numbers in `p`. */
export function dispatchOf(draft: Draft): Dispatch {
  const { reads, table, writes, ints = {}, floats = {}, declarations = '', body, groups, macs = 0 } = draft;
  if (groups.some((count) => count > MAX_GROUPS)) throw new Unsupported(`${groups.join('×')} workgroups`);
  const fields = [
    ...Object.keys(ints).map((name) => `${name}:i32`),
    ...Object.keys(floats).map((name) => `${name}:f32`),
  ];
  // A structure of nothing is none.
  if (fields.length === 0) fields.push('nothing:i32');
  const inputs = [
    ...Object.entries(reads).map(([name, source]) => ({ name, type: 'f32', source })),
    ...(table ? [{ name: 'T', type: 'i32', source: table }] : []),
  ];
  const bindings = inputs.map(
    ({ name, type }, i) => `@group(0) @binding(${i + 1}) var<storage,read> ${name}:array<${type}>;\n`,
  );
  const code =
    `struct P{${fields.join(',')}}\n@group(0) @binding(0) var<uniform> p:P;\n${bindings.join('')}` +
    `@group(0) @binding(${inputs.length + 1}) var<storage,read_write> Y:array<f32>;\n${declarations}\n` +
    `@compute @workgroup_size(${LANES}) fn main(@builtin(workgroup_id) group:vec3u,@builtin(local_invocation_index) lane:u32){\n${body}\n}\n`;
  const words = new Int32Array(fields.length);
  words.set(Object.values(ints));
  new Float32Array(words.buffer).set(Object.values(floats), Object.keys(ints).length);
  return { code, buffers: [...inputs.map(({ source }) => source), writes], words, groups, macs };
}

/** Workgroups for so many of them, along two axes where one has too few. */
export function groupsFor(count: number): readonly [number, number, number] {
  const rows = Math.ceil(count / MAX_GROUPS);
  return [Math.ceil(count / rows), rows, 1];
}

/** Which of them a workgroup is; the kernel's own count keeps out those past the last. */
export const WHICH_GROUP = 'let which=i32(group.y)*p.across+i32(group.x);';

/** A kernel that computes `count` numbers, each invocation the one of index `i`. */
export function eachElement(draft: Omit<Draft, 'groups'> & { readonly count: number }): Dispatch {
  const { count, ints, body } = draft;
  const groups = groupsFor(Math.ceil(count / LANES));
  return dispatchOf({
    ...draft,
    ints: { count, across: groups[0], ...ints },
    groups,
    body: `${WHICH_GROUP}let i=which*${LANES}+i32(lane);if(i>=p.count){return;}\n${body}`,
  });
}

/** A kernel of `count` workgroups, each told apart by `which`. */
export function eachGroup(draft: Omit<Draft, 'groups'> & { readonly count: number }): Dispatch {
  const { count, ints, body } = draft;
  const groups = groupsFor(count);
  return dispatchOf({
    ...draft,
    ints: { count, across: groups[0], ...ints },
    groups,
    body: `${WHICH_GROUP}if(which>=p.count){return;}\n${body}`,
  });
}

/** A buffer of weights as kernels read it. */
export function weightSource(
  key: string,
  elements: number,
  pack: () => Float32Array | Int32Array,
): BufferSource {
  return { kind: 'weight', weight: { key, elements, pack } };
}

/** A number as WGSL writes it. */
export function float(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

import { varintBytes } from './rebuild.ts';

/** Part of a protocol buffer, written by hand so that it may lie. */
export type Part = readonly number[];

/** Parts one behind the other: by the million, for which `flat` takes its time. */
export function joined(parts: readonly (Part | Uint8Array)[]): number[] {
  const whole: number[] = [];
  for (const part of parts) for (let at = 0; at < part.length; at++) whole.push(part[at]!);
  return whole;
}

export const int = (field: number, value: number): Part => [...varintBytes(field * 8), ...varintBytes(value)];

/** A message or a run of bytes; `says` is the length that is written, where it is not the true one. */
export function bytes(field: number, content: Part | Uint8Array, says = content.length): Part {
  return joined([varintBytes(field * 8 + 2), varintBytes(says), content]);
}

export const text = (field: number, value: string): Part => bytes(field, new TextEncoder().encode(value));

export const message = (field: number, ...parts: readonly Part[]): Part => bytes(field, joined(parts));

interface TensorOptions {
  readonly dims: readonly number[];
  readonly type?: number;
  /** The elements, or so many bytes of zero. */
  readonly raw?: Uint8Array | number;
  readonly external?: Readonly<Record<string, string>>;
}

/** The fields of a TensorProto. */
export function tensor(name: string, { dims, type = 1, raw, external }: TensorOptions): Part {
  return joined([
    joined(dims.map((dim) => int(1, dim))),
    int(2, type),
    text(8, name),
    raw === undefined ? [] : bytes(9, typeof raw === 'number' ? new Uint8Array(raw) : raw),
    external
      ? [
          ...Object.entries(external).flatMap(([key, value]) => message(13, text(1, key), text(2, value))),
          ...int(14, 1),
        ]
      : [],
  ]);
}

export const initializer = (name: string, options: TensorOptions): Part => bytes(5, tensor(name, options));

/** A node of a graph; attributes are fields of an AttributeProto. */
export const node = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: readonly Part[] = [],
): Part =>
  message(
    1,
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...attributes.map((attribute) => bytes(5, attribute)),
  );

export const ints = (name: string, values: readonly number[]): Part =>
  joined([text(1, name), ...values.map((value) => int(8, value)), int(20, 7)]);

/** A graph's input (11) or output (12); types are numbered as in TensorProto.DataType. */
export const value = (field: 11 | 12, name: string, dims: readonly number[], type = 1): Part =>
  message(
    field,
    text(1, name),
    message(2, message(1, int(1, type), message(2, ...dims.map((dim) => message(1, int(1, dim)))))),
  );

/** A whole model of operator set 13, with an input x of [1, 3, 8, 8] and an output y. */
export function model(...graph: readonly Part[]): Uint8Array {
  const inner = joined([value(11, 'x', [1, 3, 8, 8]), ...graph, value(12, 'y', [])]);
  return Uint8Array.from(joined([int(1, 8), bytes(7, inner), message(8, text(1, ''), int(2, 13))]));
}

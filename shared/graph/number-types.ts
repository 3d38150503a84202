/** How numbers are kept where the network is deployed: what a byte is counted by. The engine itself computes in float32. */
export const numberTypes = {
  float32: { title: 'float32', bytes: 4, doc: 'IEEE 754 single precision.' },
  float16: { title: 'float16', bytes: 2, doc: 'IEEE 754 half precision.' },
  bfloat16: {
    title: 'bfloat16',
    bytes: 2,
    doc: 'The upper half of a float32: its range, with a shorter mantissa.',
  },
  int8: { title: 'int8', bytes: 1, doc: 'Eight-bit integers with a scale, as quantised networks have them.' },
} as const satisfies Readonly<
  Record<string, { readonly title: string; readonly bytes: number; readonly doc: string }>
>;

/** A type of numbers that bytes are counted by. */
export type NumberType = keyof typeof numberTypes;

export const numberTypeNames = Object.keys(numberTypes) as readonly NumberType[];

/** The types of a design's numbers, apart for what is kept and what flows. */
export interface Numbers {
  readonly weights: NumberType;
  readonly activations: NumberType;
}

export const plainNumbers: Numbers = { weights: 'float32', activations: 'float32' };

/** Bytes of one element. */
export function bytesOf(type: NumberType): number {
  return numberTypes[type].bytes;
}

/** Those in which backends can keep weights. */
export const weightTypes = ['float32', 'bfloat16'] as const satisfies readonly NumberType[];
/** How weights are kept while a network runs. */
export type WeightType = (typeof weightTypes)[number];

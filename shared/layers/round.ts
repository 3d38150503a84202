import { defineActivation } from './activation.ts';

/** Halves go to the even neighbour. */
export function roundEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

export const round = defineActivation({
  kind: 'round',
  title: 'Round',
  group: 'math',
  icon: 'round',
  summary: 'Rounds to the nearest whole number, halves to the even one.',
  formula: 'y = round(x)',
  traits: { keepsSign: true, whole: true },
  doc: `Rounds to the nearest whole number. A half goes to the even neighbour, as in IEEE 754: 0.5 becomes 0, 1.5 becomes 2.

Source: ONNX operator Round.`,
  params: {},
  scalar: () => roundEven,
  known: [
    {
      source: 'ONNX operator Round',
      x: [0.1, 0.5, 0.9, 1.2, 1.5, 1.8, 2.3, 2.5, 2.7],
      y: [0, 0, 1, 1, 2, 2, 2, 2, 3],
    },
    { source: 'ONNX operator Round', x: [-1.1, -1.5, -1.9, -2.2, -2.5, -2.8], y: [-1, -2, -2, -2, -2, -3] },
  ],
});

import { param } from '../schema/params.ts';
import { defineElementwise } from './elementwise.ts';

export const mod = defineElementwise({
  kind: 'mod',
  title: 'Remainder',
  group: 'math',
  icon: 'mod',
  summary: 'The remainder of a division.',
  formula: 'y = a − b·⌊a / b⌋',
  traits: { keepsSign: true },
  doc: `What is left of a division into whole parts. Its sign is the divisor's, as in Python, or the dividend's, as in C. Shapes are
equal, or an axis of length 1 is repeated along the other operand, as in NumPy.

Source: ONNX operator Mod.`,
  params: {
    sign: param.choice({
      title: 'Sign',
      doc: 'Whose sign the remainder has.',
      default: 'divisor',
      options: [
        { value: 'divisor', title: "the divisor's" },
        { value: 'dividend', title: "the dividend's" },
      ],
    }),
  },
  inputs: [
    { name: 'a', doc: 'The dividend.' },
    { name: 'b', doc: 'The divisor.' },
  ],
  combine: ({ sign }) => (sign === 'divisor' ? floorMod : (a, b) => a % b),
  examples: [
    {
      title: 'Signs of the divisor',
      params: {},
      inputs: [[6], [6]],
      outputs: [[6]],
      source: 'ONNX operator Mod, mod_mixed_sign_int64',
      values: {
        inputs: [
          [-4, 7, 5, 4, -7, 8],
          [2, -3, 8, -2, 3, 5],
        ],
        outputs: [[0, -2, 5, 0, 2, 3]],
      },
    },
    {
      title: 'Signs of the dividend',
      params: { sign: 'dividend' },
      inputs: [[6], [6]],
      outputs: [[6]],
      source: 'ONNX operator Mod, mod_int64_fmod',
      values: {
        inputs: [
          [-4, 7, 5, 4, -7, 8],
          [2, -3, 8, -2, 3, 5],
        ],
        outputs: [[0, 1, 5, 0, -1, 3]],
      },
    },
  ],
});

function floorMod(a: number, b: number): number {
  const left = a % b;
  return left !== 0 && left < 0 !== b < 0 ? left + b : left;
}

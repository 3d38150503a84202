import { unreachable } from '../base/unreachable.ts';
import { param } from '../schema/params.ts';
import type { FragmentBuilder } from './define.ts';

/** The non-linearities that published blocks come with. */
export type Activation = 'relu' | 'relu6' | 'silu' | 'hardSwish';

export const activationParam = param.choice<Activation>({
  title: 'Activation',
  doc: 'The non-linearity after each normalisation.',
  default: 'relu',
  options: [
    { value: 'relu', title: 'ReLU' },
    { value: 'relu6', title: 'ReLU6' },
    { value: 'silu', title: 'SiLU (swish)' },
    { value: 'hardSwish', title: 'Hard swish' },
  ],
});

/** ReLU6 is a clip to 0 … 6; the others are layers of their own. */
export function addActivation(f: FragmentBuilder, id: string, activation: Activation, from: string): string {
  switch (activation) {
    case 'relu':
    case 'silu':
    case 'hardSwish':
      return f.add(id, activation, {}, from);
    case 'relu6':
      return f.add(id, 'clip', { min: 0, max: 6 }, from);
    default:
      return unreachable(activation);
  }
}

import type { Design } from '../../shared/graph/design.ts';
import { NetworkBuilder } from '../../shared/zoo/builder.ts';
import { randomNumbers } from '../runtime/networks.ts';

/**
 * A classifier of random stages, the same for the same number: residual, separable, dense, grouped, inception-like or plain
 * ones, widths of any number, kernels of any odd size, pictures of 32 to 256 pixels.
 */
export function randomDesign(number: number): Design {
  const next = randomNumbers(Math.imul(number + 1, 0x9e3779b1));
  for (let i = 0; i < 8; i++) next();
  const from = (low: number, high: number): number =>
    low + Math.min(high - low, Math.floor(((next() + 1) / 2) * (high - low + 1)));
  const one = <T>(choices: readonly T[]): T => choices[from(0, choices.length - 1)]!;
  const b = new NetworkBuilder();
  let side = one([32, 48, 64, 96, 112, 128, 160, 192, 224, 256]);
  b.input(3, side);
  const activation = one(['relu', 'relu', 'relu', 'relu6', 'silu', 'hardSwish'] as const);
  const halve = (): 1 | 2 => {
    if (side < 8) return 1;
    side = Math.ceil(side / 2);
    return 2;
  };
  let channels = from(8, 64);
  b.unit('stem', channels, one([3, 3, 5, 7]), { stride: side > 40 ? halve() : 1, activation });
  if (side > 60) b.maxPool('pool', 3, halve(), { padding: 1 });
  for (let stage = 0; stage < from(2, 5); stage++) {
    const kind = one(['plain', 'residual', 'separable', 'dense', 'grouped', 'branches'] as const);
    const width = Math.min(768, Math.max(16, Math.round((channels * from(10, 22)) / 10)));
    const units = from(1, 4);
    for (let unit = 0; unit < units; unit++) {
      const id = `s${stage}u${unit}`;
      const stride = unit === 0 ? halve() : 1;
      const entry = b.last;
      switch (kind) {
        case 'plain':
          b.unit(id, width, one([1, 3, 3, 5]), { stride, activation });
          break;
        case 'residual':
          b.unit(`${id}a`, width, 3, { stride, activation });
          b.conv(`${id}b`, width, 3, { padding: 1 });
          if (unit > 0) b.add(`${id}s`, 'add', {}, b.last, entry);
          b.add(`${id}r`, 'relu');
          break;
        case 'separable': {
          const expanded = channels * from(2, 6);
          b.unit(`${id}a`, expanded, 1, { activation });
          b.unit(`${id}b`, expanded, one([3, 5, 7]), { stride, groups: expanded, activation });
          if (next() > 0.4)
            b.add(`${id}g`, 'squeezeExcite', { channels: expanded, squeezed: Math.max(4, channels >> 2) });
          b.conv(`${id}c`, width, 1);
          if (unit > 0) b.add(`${id}s`, 'add', {}, b.last, entry);
          break;
        }
        case 'dense': {
          if (stride === 2) b.add(`${id}h`, 'avgPool', { kernel: [2, 2], stride: [2, 2], ceilMode: true });
          const before = b.last;
          b.add(`${id}n`, 'batchNorm');
          b.add(`${id}r`, 'relu');
          b.unit(`${id}a`, 64, 1);
          b.conv(`${id}b`, width, 3, { padding: 1 });
          b.add(`${id}j`, 'concat', { axis: 1 }, before, b.last);
          break;
        }
        case 'grouped': {
          const groups = one([2, 4, 8, 16]);
          const wide = Math.ceil(width / groups) * groups;
          b.unit(`${id}a`, wide, 1, { activation });
          b.unit(`${id}b`, wide, 3, { stride, groups, activation });
          b.unit(`${id}c`, width, 1, { activation });
          break;
        }
        case 'branches': {
          const start = stride === 2 ? b.maxPool(`${id}h`, 3, 2, { padding: 1 }) : b.last;
          const left = b.unit(`${id}a`, Math.ceil(width / 2), 1, { activation, from: start });
          b.unit(`${id}b`, Math.ceil(width / 4), 1, { activation, from: start });
          const right = b.unit(`${id}c`, Math.floor(width / 2), one([3, 5]), { activation });
          b.add(`${id}j`, 'concat', { axis: 1 }, left, right);
          break;
        }
      }
      channels = kind === 'dense' ? channels + width : width;
    }
  }
  b.classify('fc', one([10, 100, 1000]));
  return b.design(`random ${number}`, '');
}

import { networkOf } from '../networks.ts';

/** A small network that both the page and the test build. */
export function browserNetwork() {
  return networkOf([
    { id: 'x', kind: 'input', params: { shape: [3, 64, 64] } },
    {
      id: 'a',
      kind: 'conv2d',
      params: { channels: 32, kernel: [7, 7], stride: [2, 2], padding: 'same' },
      from: ['x'],
    },
    { id: 'b', kind: 'relu', from: ['a'] },
    { id: 'c', kind: 'conv2d', params: { channels: 64, padding: 'same' }, from: ['b'] },
    { id: 'd', kind: 'silu', from: ['c'] },
    { id: 'e', kind: 'maxPool', from: ['d'] },
    { id: 'f', kind: 'conv2d', params: { channels: 64, kernel: [1, 1] }, from: ['e'] },
    { id: 'g', kind: 'add', from: ['e', 'f'] },
    { id: 'h', kind: 'globalAvgPool', from: ['g'] },
    { id: 'i', kind: 'linear', params: { features: 10 }, from: ['h'] },
    { id: 'y', kind: 'output', from: ['i'] },
  ]);
}

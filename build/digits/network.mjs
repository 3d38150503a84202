// The digit classifier: three 3×3 convolutions that double their channels after each pool, and two dense layers.
import { convolution, dense, pooling } from './layers.mjs';
import { SIDE } from './mnist.mjs';

export const CLASSES = 10;

export function digitNetwork(random) {
  const named = [
    ['conv1', convolution(1, 8, SIDE, random)],
    ['pool1', pooling(8, 28)],
    ['conv2', convolution(8, 16, 14, random)],
    ['pool2', pooling(16, 14)],
    ['conv3', convolution(16, 32, 7, random)],
    ['pool3', pooling(32, 7)],
    ['fc1', dense(32 * 4 * 4, 40, true, random)],
    ['fc2', dense(40, CLASSES, false, random)],
  ];
  const layers = named.map(([, layer]) => layer);
  const parameters = named.flatMap(([id, layer]) =>
    Object.entries(layer.parameters).map(([name, tensor]) => ({ name: `${id}.${name}`, ...tensor })),
  );
  const forward = (input) => layers.reduce((x, layer) => layer.forward(x), input);
  /** Softmax and cross-entropy; adds the gradients of one sample and tells its loss. */
  const learn = (input, label, smoothing) => {
    const logits = forward(input);
    const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
    const powers = Float64Array.from(logits, (value) => Math.exp(value - largest));
    const sum = powers.reduce((total, value) => total + value, 0);
    const gradient = Float32Array.from(
      powers,
      (power, i) => power / sum - (i === label ? 1 - smoothing : 0) - smoothing / CLASSES,
    );
    layers.reduceRight((g, layer, i) => layer.backward(g, i > 0), gradient);
    return -Math.log(powers[label] / sum);
  };
  return { parameters, forward, learn };
}

export function bestOf(scores) {
  return scores.reduce((best, value, i) => (value > scores[best] ? i : best), 0);
}

// Stochastic gradient descent with momentum; the rate warms up and then falls along half a cosine.
import { distort } from './distort.mjs';
import { SIDE } from './mnist.mjs';
import { bestOf, digitNetwork } from './network.mjs';
import { randomFrom } from './random.mjs';

/** Mean and deviation of MNIST's training images, in 0 … 1. */
export const SCALING = { mean: 0.1307, std: 0.3081 };

const BATCH = 32;
const RATE = 0.04;
const MOMENTUM = 0.9;
const DECAY = 2e-4;
const SMOOTHING = 0.02;
const WARM_UP = 0.05;

/** Trains on distorted copies, anew in each epoch; `report` is called after each one. */
export function train(samples, { epochs, seed, report }) {
  const random = randomFrom(seed);
  const network = digitNetwork(random);
  const input = new Float32Array(SIDE * SIDE);
  const steps = epochs * Math.ceil(samples.length / BATCH);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.shuffled(samples.length);
    let loss = 0;
    for (let from = 0; from < order.length; from += BATCH) {
      const batch = order.slice(from, from + BATCH);
      for (const i of batch) {
        const { pixels, label } = samples[i];
        distort(pixels, random, SCALING, input);
        loss += network.learn(input, label, SMOOTHING);
      }
      descend(network.parameters, rateAt(step++ / steps), batch.length);
    }
    report({ epoch: epoch + 1, epochs, loss: loss / samples.length, network });
  }
  return network;
}

function rateAt(progress) {
  return RATE * Math.min(1, progress / WARM_UP) * (0.5 + 0.5 * Math.cos(Math.PI * progress));
}

function descend(parameters, rate, batch) {
  for (const { value, gradient, momentum } of parameters) {
    for (let i = 0; i < value.length; i++) {
      momentum[i] = MOMENTUM * momentum[i] + gradient[i] / batch + DECAY * value[i];
      value[i] -= rate * momentum[i];
      gradient[i] = 0;
    }
  }
}

/** The share of samples whose digit is told right. */
export function accuracy(network, samples) {
  const right = samples.filter(({ pixels, label }) => {
    const input = Float32Array.from(pixels, (value) => (value / 255 - SCALING.mean) / SCALING.std);
    return bestOf(network.forward(input)) === label;
  });
  return right.length / samples.length;
}

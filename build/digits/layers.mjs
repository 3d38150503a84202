// Layers that learn, one sample at a time: `forward` keeps what `backward` needs, gradients add up until a step is taken.
import { multiply, transpose } from './matrices.mjs';

/** Weights with their gradient and momentum, drawn after He et al. 2015. */
function learned(dims, fanIn, random) {
  const count = dims.reduce((product, extent) => product * extent, 1);
  const value = new Float32Array(count);
  const deviation = fanIn === 0 ? 0 : Math.sqrt(2 / fanIn);
  for (let i = 0; i < count; i++) value[i] = deviation * random.normal();
  return { dims, value, gradient: new Float32Array(count), momentum: new Float32Array(count) };
}

/** 3×3, stride 1, padding 1, with bias and ReLU. */
export function convolution(channelsIn, channelsOut, side, random) {
  const area = side * side;
  const K = channelsIn * 9;
  const weight = learned([channelsOut, channelsIn, 3, 3], K, random);
  const bias = learned([channelsOut], 0, random);
  const columns = new Float32Array(K * area);
  const columnsTransposed = new Float32Array(K * area);
  const columnGradient = new Float32Array(K * area);
  const weightTransposed = new Float32Array(K * channelsOut);
  // In doubles: one sample's share is rounded once, when it is added.
  const weightGradient = new Float64Array(K * channelsOut);
  const output = new Float32Array(channelsOut * area);
  const inputGradient = new Float32Array(channelsIn * area);
  /** Calls `visit` with each row of each shifted copy of a map: where it lies in the columns and in the map. */
  const eachRow = (visit) => {
    for (let c = 0; c < channelsIn; c++) {
      for (let tap = 0; tap < 9; tap++) {
        const [down, right] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
        const [first, end] = [Math.max(0, -right), Math.min(side, side - right)];
        for (let y = Math.max(0, -down); y < Math.min(side, side - down); y++) {
          const to = (c * 9 + tap) * area + y * side;
          visit(to + first, c * area + (y + down) * side + right + first, end - first);
        }
      }
    }
  };
  return {
    parameters: { weight, bias },
    forward(input) {
      eachRow((to, from, length) => {
        for (let i = 0; i < length; i++) columns[to + i] = input[from + i];
      });
      multiply(weight.value, columns, output, channelsOut, K, area, bias.value);
      for (let i = 0; i < output.length; i++) if (output[i] < 0) output[i] = 0;
      return output;
    },
    backward(gradient, wantsInput) {
      for (let i = 0; i < output.length; i++) if (output[i] === 0) gradient[i] = 0;
      for (let c = 0; c < channelsOut; c++) {
        let sum = 0;
        for (let i = c * area; i < (c + 1) * area; i++) sum += gradient[i];
        bias.gradient[c] += sum;
      }
      transpose(columns, columnsTransposed, K, area);
      multiply(gradient, columnsTransposed, weightGradient, channelsOut, area, K);
      for (let i = 0; i < weightGradient.length; i++) weight.gradient[i] += weightGradient[i];
      if (!wantsInput) return inputGradient;
      transpose(weight.value, weightTransposed, channelsOut, K);
      multiply(weightTransposed, gradient, columnGradient, K, channelsOut, area);
      inputGradient.fill(0);
      eachRow((from, to, length) => {
        for (let i = 0; i < length; i++) inputGradient[to + i] += columnGradient[from + i];
      });
      return inputGradient;
    },
  };
}

/** Maximum of 2×2 at stride 2, rounded up. */
export function pooling(channels, side) {
  const half = Math.ceil(side / 2);
  const output = new Float32Array(channels * half * half);
  const origin = new Int32Array(output.length);
  const inputGradient = new Float32Array(channels * side * side);
  return {
    parameters: {},
    forward(input) {
      for (let c = 0, at = 0; c < channels; c++) {
        for (let y = 0; y < half; y++) {
          for (let x = 0; x < half; x++, at++) {
            let best = (c * side + 2 * y) * side + 2 * x;
            for (let v = 2 * y; v < Math.min(side, 2 * y + 2); v++) {
              for (let u = 2 * x; u < Math.min(side, 2 * x + 2); u++) {
                const from = (c * side + v) * side + u;
                if (input[from] > input[best]) best = from;
              }
            }
            output[at] = input[best];
            origin[at] = best;
          }
        }
      }
      return output;
    },
    backward(gradient) {
      inputGradient.fill(0);
      for (let i = 0; i < output.length; i++) inputGradient[origin[i]] += gradient[i];
      return inputGradient;
    },
  };
}

/** Fully connected, with ReLU or as logits. */
export function dense(featuresIn, featuresOut, withRelu, random) {
  const weight = learned([featuresOut, featuresIn], featuresIn, random);
  const bias = learned([featuresOut], 0, random);
  const output = new Float32Array(featuresOut);
  const inputGradient = new Float32Array(featuresIn);
  let seen = new Float32Array(0);
  return {
    parameters: { weight, bias },
    forward(input) {
      seen = input;
      multiply(weight.value, input, output, featuresOut, featuresIn, 1, bias.value);
      if (withRelu) for (let i = 0; i < featuresOut; i++) if (output[i] < 0) output[i] = 0;
      return output;
    },
    backward(gradient) {
      inputGradient.fill(0);
      for (let o = 0; o < featuresOut; o++) {
        if (withRelu && output[o] === 0) continue;
        const g = gradient[o];
        bias.gradient[o] += g;
        const row = o * featuresIn;
        for (let f = 0; f < featuresIn; f++) {
          weight.gradient[row + f] += g * seen[f];
          inputGradient[f] += g * weight.value[row + f];
        }
      }
      return inputGradient;
    },
  };
}

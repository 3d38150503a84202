// A list of layers run on tfjs, whatever its backend.
import * as tf from '@tensorflow/tfjs';

export { tf };

/** The last layer's value; `input` is [batch, height, width, channels], `tensors` holds filters and biases by name. */
export function runLayers(layers, tensors, input) {
  return tf.tidy(() => {
    const values = new Map([['x', input]]);
    let last = input;
    for (const layer of layers) {
      last = apply(
        layer,
        layer.inputs.map((name) => values.get(name)),
        tensors,
      );
      values.set(layer.id, last);
    }
    return last;
  });
}

function apply(layer, inputs, tensors) {
  const [x] = inputs;
  switch (layer.kind) {
    case 'convolution': {
      const options = {
        x: padded(x, layer.pads),
        filter: tensors.get(layer.filter),
        strides: layer.strides,
        pad: 'valid',
        bias: tensors.get(layer.bias),
        activation: layer.activation,
      };
      return layer.depthwise ? tf.fused.depthwiseConv2d(options) : tf.fused.conv2d(options);
    }
    case 'max-pool':
      return tf.maxPool(
        padded(x, layer.pads, Number.NEGATIVE_INFINITY),
        layer.kernel,
        layer.strides,
        'valid',
      );
    case 'mean':
      return tf.mean(x, [1, 2]);
    case 'linear':
      return tf.fused.matMul({
        a: layer.flatten ? x.transpose([0, 3, 1, 2]).reshape([x.shape[0], -1]) : x,
        b: tensors.get(layer.filter),
        transposeB: true,
        bias: tensors.get(layer.bias),
        activation: layer.activation,
      });
    case 'add':
      return layer.activation === 'relu' ? tf.relu(tf.add(...inputs)) : tf.add(...inputs);
    case 'concat':
      return tf.concat(inputs, 3);
    default:
      throw new Error(`tfjs has no ${layer.kind} here.`);
  }
}

/** tfjs wants equal padding on both sides for its own parameter, so it is done here; [top, left, bottom, right]. */
function padded(x, [top, left, bottom, right], value = 0) {
  if (top + left + bottom + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}

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
    case 'average-pool':
      return tf.avgPool(padded(x, layer.pads), layer.kernel, layer.strides, 'valid');
    case 'mean':
      return tf.mean(x, [1, 2], true);
    case 'linear':
      return tf.fused.matMul({
        a: (layer.flatten ? x.transpose([0, 3, 1, 2]) : x).reshape([x.shape[0], -1]),
        b: tensors.get(layer.filter),
        transposeB: true,
        bias: tensors.get(layer.bias),
        activation: layer.activation,
      });
    case 'add':
      return clipped(tf.add(...together(inputs)), layer.activation);
    case 'multiply':
      return clipped(tf.mul(...together(inputs)), layer.activation);
    case 'scale': {
      const from = layer.standardises ? standardised(x, layer.standardises) : x;
      return clipped(
        tf.add(tf.mul(from, tensors.get(layer.filter)), tensors.get(layer.bias)),
        layer.activation,
      );
    }
    case 'activation':
      return curved(clipped(x, layer.activation), layer);
    case 'concat':
      return tf.concat(inputs, 3);
    case 'constant':
      return tensors.get(layer.filter);
    case 'move': {
      const all = tf.concat(inputs.map((each) => each.flatten()));
      return tf.gather(all, tensors.get(layer.filter).toInt()).reshape(layer.shape);
    }
    case 'reshape':
      return x.reshape(layer.shape);
    case 'attention':
      return attention(inputs, layer, tensors);
    default:
      throw new Error(`tfjs has no ${layer.kind} here.`);
  }
}

/** Queries, keys and values are maps whose pixels are tokens; masks are maps whose channels are keys. */
function attention([q, k, v, ...masks], { factor, parts, images, shape }, tensors) {
  const rowsOf = (x, { table }) => (table ? tf.gather(x, tensors.get(table).toInt()) : x);
  const [query, key, value] = [q, k, v].map((x, i) => {
    const { first, dims } = parts[i];
    const rows = rowsOf(x.reshape([-1, x.shape.at(-1)]), parts[i]);
    const own = rows.shape[1] === dims[2] * dims[3] ? rows : rows.slice([0, first], [-1, dims[2] * dims[3]]);
    return own.reshape(dims).transpose([0, 2, 1, 3]);
  });
  let scores = tf.mul(tf.matMul(query, key, false, true), factor);
  for (const [i, mask] of masks.entries()) {
    const own = mask.reshape([mask.shape[0], -1]);
    scores = tf.add(scores, tf.gather(own, tensors.get(images[i]).toInt()).reshape(scores.shape));
  }
  const given = tf.matMul(tf.softmax(scores), value).transpose([0, 2, 1, 3]);
  return rowsOf(given.reshape([-1, shape.at(-1)]), parts[3]).reshape(shape);
}

function clipped(x, activation) {
  return activation === 'relu' ? tf.relu(x) : activation === 'relu6' ? tf.relu6(x) : x;
}

/** Vectors beside maps are maps of one pixel. */
function together(inputs) {
  const rank = Math.max(...inputs.map((x) => x.rank));
  return inputs.map((x) => (x.rank < rank ? x.reshape([x.shape[0], 1, 1, x.shape.at(-1)]) : x));
}

function standardised(x, { epsilon, centred }) {
  const from = centred ? tf.sub(x, tf.mean(x, -1, true)) : x;
  return tf.mul(from, tf.rsqrt(tf.add(tf.mean(tf.square(from), -1, true), epsilon)));
}

function curved(x, { curve, alpha, beta }) {
  switch (curve) {
    case undefined:
      return x;
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'silu':
      return tf.mul(x, tf.sigmoid(x));
    case 'hard-swish':
      return tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6));
    case 'hard-sigmoid':
      return tf.clipByValue(tf.add(tf.mul(x, alpha), beta), 0, 1);
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    default:
      throw new Error(`tfjs has no ${curve} here.`);
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

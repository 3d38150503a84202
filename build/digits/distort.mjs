// Digits written a little differently: turned, slanted, stretched and moved, as Simard et al. 2003 found it helps.
import { SIDE } from './mnist.mjs';

/** How far a digit may be distorted: radians, shear, share of size, pixels, share of contrast. */
const MOST = { turn: 0.22, slant: 0.25, stretch: 0.14, move: 2.4, ink: 0.35 };

/**
 * Writes a distorted digit to `into` (28×28, brought to mean 0 and deviation 1 by `mean` and `std`), sampled
 * bilinearly.
 */
export function distort(pixels, random, { mean, std }, into) {
  const spread = (most) => (2 * random.uniform() - 1) * most;
  const turn = spread(MOST.turn);
  const slant = spread(MOST.slant);
  const [across, down] = [1 + spread(MOST.stretch), 1 + spread(MOST.stretch)];
  const [moveX, moveY] = [spread(MOST.move), spread(MOST.move)];
  // Thin strokes of a pen and broad ones of a brush: values are bent, not only scaled.
  const ink = 1 + spread(MOST.ink);
  const [cosine, sine] = [1 - (turn * turn) / 2, turn];
  const middle = (SIDE - 1) / 2;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [u, v] = [(x - middle) / across, (y - middle) / down];
      const sourceX = cosine * u - sine * v + slant * v + middle - moveX;
      const sourceY = sine * u + cosine * v + middle - moveY;
      const value = Math.min(1, (sample(pixels, sourceX, sourceY) / 255) * ink);
      into[y * SIDE + x] = (value - mean) / std;
    }
  }
}

function sample(pixels, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, below] = [x - left, y - top];
  const at = (column, row) =>
    column < 0 || row < 0 || column >= SIDE || row >= SIDE ? 0 : pixels[row * SIDE + column];
  return (
    (1 - below) * ((1 - right) * at(left, top) + right * at(left + 1, top)) +
    below * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1))
  );
}

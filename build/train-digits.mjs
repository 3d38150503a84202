// npm run train-digits -- [FOLDER] trains the digit classifier that ships as a sample, from the MNIST images in FOLDER
// (t10k-images-idx3-ubyte.gz and its labels). Seeded: the same bytes every time on the same version of Node.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { divide, readMnist } from './digits/mnist.mjs';
import { toSafetensors } from './digits/safetensors.mjs';
import { accuracy, train } from './digits/train.mjs';
import { root } from './install.mjs';

const SEED = 20141;
const EPOCHS = 30;
const REQUIRED = 0.985;

const folder =
  process.argv[2] ??
  join(process.env.NETWRIGHT_REFERENCE ?? join(root, '../shared/reference'), 'images/mnist');
const target = join(root, 'assets/samples/digits.safetensors');
const { training, heldBack } = divide(readMnist(folder));
console.log(`${training.length} images to learn from, ${heldBack.length} held back.`);
const began = performance.now();
const network = train(training, {
  epochs: EPOCHS,
  seed: SEED,
  report({ epoch, epochs, loss, network: now }) {
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    const percent = (100 * accuracy(now, heldBack)).toFixed(2);
    console.log(`epoch ${epoch} of ${epochs}: loss ${loss.toFixed(4)}, held back ${percent} %, ${seconds} s`);
  },
});
const reached = accuracy(network, heldBack);
if (reached < REQUIRED) {
  console.error(`${(100 * reached).toFixed(2)} % is too few: ${target} stays as it is.`);
  process.exit(1);
}
writeFileSync(target, toSafetensors(network.parameters));
console.log(`Wrote ${target}.`);

import type { Pair } from '../schema/params.ts';
import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

const epsilon = 0.001;
/** A convolution of a branch: filters, kernel, and a stride of 2 without padding where the map shrinks. */
type Unit = readonly [channels: number, kernel: number | Pair, shrinks?: 2];

/** Convolutions one after the other, named by branch and number, the first fed by `from`. */
function branch(b: NetworkBuilder, name: string, units: readonly Unit[], from: string): string {
  let last = from;
  for (const [i, [channels, kernel, shrinks]] of units.entries()) {
    const options = shrinks ? { stride: 2, padding: 0 } : {};
    last = b.unit(`${name}_${i}`, channels, kernel, { ...options, epsilon, from: last });
  }
  return last;
}

const halve = (b: NetworkBuilder, from: string): string =>
  b.add('pool', 'maxPool', { kernel: [3, 3], stride: [2, 2] }, from);
const average = (b: NetworkBuilder, from: string): string =>
  b.add(
    'average',
    'avgPool',
    { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1], countIncludePad: false },
    from,
  );

const wide: Pair = [1, 7];
const tall: Pair = [7, 1];

export const inceptionV4: ZooEntry = {
  id: 'inception_v4',
  title: 'Inception-v4',
  family: 'Inception',
  year: 2016,
  source: 'Szegedy et al. 2016, figures 3 to 9',
  summary: 'Inception made uniform, wider and deeper.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 299);
    b.unit('conv1', 32, 3, { stride: 2, padding: 0, epsilon });
    b.unit('conv2', 32, 3, { padding: 0, epsilon });
    const stem = b.unit('conv3', 64, 3, { epsilon });
    const pool1 = b.add('pool1', 'maxPool', { kernel: [3, 3], stride: [2, 2] }, stem);
    const conv4 = b.unit('conv4', 96, 3, { stride: 2, padding: 0, epsilon, from: stem });
    const mixed3 = b.add('mixed3', 'concat', {}, pool1, conv4);
    branch(b, 'mixed4a', [[64, 1]], mixed3);
    const short = b.unit('mixed4a_1', 96, 3, { padding: 0, epsilon });
    branch(
      b,
      'mixed4b',
      [
        [64, 1],
        [64, wide],
        [64, tall],
      ],
      mixed3,
    );
    const long = b.unit('mixed4b_3', 96, 3, { padding: 0, epsilon });
    const mixed4 = b.add('mixed4', 'concat', {}, short, long);
    const conv5 = b.unit('conv5', 192, 3, { stride: 2, padding: 0, epsilon, from: mixed4 });
    const pool5 = b.add('pool5', 'maxPool', { kernel: [3, 3], stride: [2, 2] }, mixed4);
    b.add('mixed5', 'concat', {}, conv5, pool5);
    b.own('InceptionV4A', 384, 35, (inside, input) => {
      const one = branch(inside, 'branch0', [[96, 1]], input);
      const three = branch(
        inside,
        'branch1',
        [
          [64, 1],
          [96, 3],
        ],
        input,
      );
      const double = branch(
        inside,
        'branch2',
        [
          [64, 1],
          [96, 3],
          [96, 3],
        ],
        input,
      );
      const pool = branch(inside, 'branch3', [[96, 1]], average(inside, input));
      inside.add('concat', 'concat', {}, one, three, double, pool);
    });
    b.use('inceptionA', 'InceptionV4A', 4);
    b.own('InceptionV4ReduceA', 384, 35, (inside, input) => {
      const three = branch(inside, 'branch0', [[384, 3, 2]], input);
      const double = branch(
        inside,
        'branch1',
        [
          [192, 1],
          [224, 3],
          [256, 3, 2],
        ],
        input,
      );
      inside.add('concat', 'concat', {}, three, double, halve(inside, input));
    });
    b.use('reductionA', 'InceptionV4ReduceA');
    b.own('InceptionV4B', 1024, 17, (inside, input) => {
      const one = branch(inside, 'branch0', [[384, 1]], input);
      const seven = branch(
        inside,
        'branch1',
        [
          [192, 1],
          [224, wide],
          [256, tall],
        ],
        input,
      );
      const double = branch(
        inside,
        'branch2',
        [
          [192, 1],
          [192, tall],
          [224, wide],
          [224, tall],
          [256, wide],
        ],
        input,
      );
      const pool = branch(inside, 'branch3', [[128, 1]], average(inside, input));
      inside.add('concat', 'concat', {}, one, seven, double, pool);
    });
    b.use('inceptionB', 'InceptionV4B', 7);
    b.own('InceptionV4ReduceB', 1024, 17, (inside, input) => {
      const three = branch(
        inside,
        'branch0',
        [
          [192, 1],
          [192, 3, 2],
        ],
        input,
      );
      const seven = branch(
        inside,
        'branch1',
        [
          [256, 1],
          [256, wide],
          [320, tall],
          [320, 3, 2],
        ],
        input,
      );
      inside.add('concat', 'concat', {}, three, seven, halve(inside, input));
    });
    b.use('reductionB', 'InceptionV4ReduceB');
    b.own('InceptionV4C', 1536, 8, (inside, input) => {
      const row: Pair = [1, 3];
      const column: Pair = [3, 1];
      const one = branch(inside, 'branch0', [[256, 1]], input);
      const three = branch(inside, 'branch1', [[384, 1]], input);
      const double = branch(
        inside,
        'branch2',
        [
          [384, 1],
          [448, column],
          [512, row],
        ],
        input,
      );
      inside.add(
        'concat',
        'concat',
        {},
        one,
        branch(inside, 'branch1a', [[256, row]], three),
        branch(inside, 'branch1b', [[256, column]], three),
        branch(inside, 'branch2a', [[256, row]], double),
        branch(inside, 'branch2b', [[256, column]], double),
        branch(inside, 'branch3', [[256, 1]], average(inside, input)),
      );
    });
    b.use('inceptionC', 'InceptionV4C', 3);
    b.classify('last_linear');
    return b.design('Inception-v4', 'Four modules A, seven B, three C, and a reduction between each.');
  },
};

/** A branch's result widened to the input's channels, scaled down, and added to the input. */
function residual(
  b: NetworkBuilder,
  input: string,
  joined: string,
  channels: number,
  activated: boolean,
): void {
  b.conv('project', channels, 1, { from: joined });
  // The authors scale the branch by 0.1 to 0.3, which keeps training stable; a constant that is not learned.
  const factor = b.add('factor', 'constant', { shape: [1] });
  const scaled = b.add('scale', 'multiply', {}, 'project', factor);
  b.add('add', 'add', {}, input, scaled);
  if (activated) b.add('relu', 'relu');
}

export const inceptionResnetV2: ZooEntry = {
  id: 'inception_resnet_v2',
  title: 'Inception-ResNet-v2',
  family: 'Inception',
  year: 2016,
  source: 'Szegedy et al. 2016, figure 15 and following, as in Keras',
  summary: 'Inception modules as the branches of residual blocks.',
  build() {
    const b = new NetworkBuilder();
    b.input(3, 299);
    b.unit('conv1', 32, 3, { stride: 2, padding: 0, epsilon });
    b.unit('conv2', 32, 3, { padding: 0, epsilon });
    b.unit('conv3', 64, 3, { epsilon });
    b.maxPool('pool1', 3, 2);
    b.unit('conv4', 80, 1, { epsilon });
    b.unit('conv5', 192, 3, { padding: 0, epsilon });
    const stem = b.maxPool('pool2', 3, 2);
    const mixed = [
      branch(b, 'mixed5b_branch0', [[96, 1]], stem),
      branch(
        b,
        'mixed5b_branch1',
        [
          [48, 1],
          [64, 5],
        ],
        stem,
      ),
      branch(
        b,
        'mixed5b_branch2',
        [
          [64, 1],
          [96, 3],
          [96, 3],
        ],
        stem,
      ),
      branch(b, 'mixed5b_branch3', [[64, 1]], average(b, stem)),
    ];
    b.add('mixed5b', 'concat', {}, ...mixed);
    b.own('InceptionResNetA', 320, 35, (inside, input) => {
      const joined = inside.add(
        'concat',
        'concat',
        {},
        branch(inside, 'branch0', [[32, 1]], input),
        branch(
          inside,
          'branch1',
          [
            [32, 1],
            [32, 3],
          ],
          input,
        ),
        branch(
          inside,
          'branch2',
          [
            [32, 1],
            [48, 3],
            [64, 3],
          ],
          input,
        ),
      );
      residual(inside, input, joined, 320, true);
    });
    b.use('block35', 'InceptionResNetA', 10);
    b.own('InceptionResNetReduceA', 320, 35, (inside, input) => {
      const three = branch(inside, 'branch0', [[384, 3, 2]], input);
      const double = branch(
        inside,
        'branch1',
        [
          [256, 1],
          [256, 3],
          [384, 3, 2],
        ],
        input,
      );
      inside.add('concat', 'concat', {}, three, double, halve(inside, input));
    });
    b.use('mixed6a', 'InceptionResNetReduceA');
    b.own('InceptionResNetB', 1088, 17, (inside, input) => {
      const one = branch(inside, 'branch0', [[192, 1]], input);
      const seven = branch(
        inside,
        'branch1',
        [
          [128, 1],
          [160, wide],
          [192, tall],
        ],
        input,
      );
      residual(inside, input, inside.add('concat', 'concat', {}, one, seven), 1088, true);
    });
    b.use('block17', 'InceptionResNetB', 20);
    b.own('InceptionResNetReduceB', 1088, 17, (inside, input) => {
      const one = branch(
        inside,
        'branch0',
        [
          [256, 1],
          [384, 3, 2],
        ],
        input,
      );
      const three = branch(
        inside,
        'branch1',
        [
          [256, 1],
          [288, 3, 2],
        ],
        input,
      );
      const double = branch(
        inside,
        'branch2',
        [
          [256, 1],
          [288, 3],
          [320, 3, 2],
        ],
        input,
      );
      inside.add('concat', 'concat', {}, one, three, double, halve(inside, input));
    });
    b.use('mixed7a', 'InceptionResNetReduceB');
    const last = (name: string, activated: boolean) =>
      b.own(name, 2080, 8, (inside, input) => {
        const one = branch(inside, 'branch0', [[192, 1]], input);
        const three = branch(
          inside,
          'branch1',
          [
            [192, 1],
            [224, [1, 3]],
            [256, [3, 1]],
          ],
          input,
        );
        residual(inside, input, inside.add('concat', 'concat', {}, one, three), 2080, activated);
      });
    last('InceptionResNetC', true);
    b.use('block8', 'InceptionResNetC', 9);
    last('InceptionResNetLast', false);
    b.use('block8_10', 'InceptionResNetLast');
    b.unit('conv_7b', 1536, 1, { epsilon });
    b.classify('predictions');
    return b.design('Inception-ResNet-v2', 'Ten, twenty and ten residual modules.');
  },
};

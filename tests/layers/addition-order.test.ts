import { expect, test } from 'vitest';
import { elementCount } from '../../shared/base/dims.ts';
import { addedUp, additionOrder } from '../../shared/layers/addition-order.ts';
import { readStrided, stridesOf } from '../../shared/layers/strided.ts';

/** What onnxruntime 1.30.0's ReduceSum gives on one thread, to the last bit: extents, axes, sums. */
const sums: readonly (readonly [readonly number[], readonly number[], readonly number[]])[] = [
  [[37], [0], [625.999939]],
  [[3, 29], [1], [423.714294, 492.142853, 416.428589]],
  [[5, 6], [1], [50.0000076, 128, 61.8571396, 139.857147, 73.7142868]],
  [[2, 3], [1], [51.285717, -1.2857151]],
  [[23, 2], [0], [310.571411, 384.428589]],
  [[2, 23, 2], [1], [310.571442, 384.428558, 392.714294, 322.428589]],
  [[2, 21, 2], [1], [286.571411, 404.142853, 323.714264, 297.142853]],
  [[1, 23, 2], [1], [310.571411, 384.428589]],
  [
    [3, 2, 22],
    [0, 2],
    [923, 1042],
  ],
  [
    [4, 3, 25],
    [0, 2],
    [1513.14282, 1500.42847, 1487.71436],
  ],
  [[3, 1, 22], [0, 2], [948.142883]],
  [[1, 31, 2], [1], [387.714233, 575]],
  [[28], [0], [372.142853]],
  [
    [2, 3, 29],
    [1, 2],
    [1332.28577, 1371.57166],
  ],
  [
    [3, 13, 2],
    [0, 1],
    [550, 706.57135],
  ],
  [
    [2, 3, 3, 9, 2],
    [1, 2, 3],
    [1195.28564, 1298.71436, 1086.00012, 1189.42847],
  ],
  [[7, 3], [1], [51.285717, -1.2857151, 90.2857208, 37.7142868, -14.8571396, 76.7142868, 24.1428566]],
  [
    [2, 2, 3, 11],
    [0, 1, 3],
    [1143.85718, 510.857147, 310.285706],
  ],
  [
    [2, 3, 5, 21],
    [2, 3],
    [1649.85718, 1537.57153, 1569.42859, 1601.28564, 1489, 1665.00012],
  ],
  [
    [2, 5, 2, 6],
    [1, 3],
    [368.571381, 470.285736, 520.857117, 478.428589],
  ],
];

test.each(sums)('%j over %j is added up in the order of onnxruntime', (dims, axes, right) => {
  const x = Float32Array.from({ length: elementCount(dims) }, (_, i) => (((i * 7919) % 1009) - 400) / 7);
  const stay = [...dims.keys()].filter((axis) => !axes.includes(axis));
  const order = [...stay, ...axes];
  const strides = stridesOf(dims);
  const { data } = readStrided(
    x,
    order.map((axis) => dims[axis]!),
    order.map((axis) => strides[axis]!),
  );
  const length = elementCount(axes.map((axis) => dims[axis]!));
  const adding = additionOrder(dims, axes);
  const got = right.map((_, i) =>
    addedUp(
      data.subarray(i * length, (i + 1) * length),
      adding,
      i * adding.inner,
      right.length * adding.inner,
    ),
  );
  expect(got).toEqual(right.map(Math.fround));
});

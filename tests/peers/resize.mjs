// What onnxruntime gives for Resize along one axis, over many factors and sizes: `node resize.mjs FILE` writes, for every
// case in order, how many numbers come out and these numbers, all as float32. Cases of no output are left out.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const factors = [
  0.1,
  0.125,
  0.2,
  0.25,
  0.3,
  1 / 3,
  0.35,
  0.4,
  0.45,
  0.5,
  0.55,
  0.6,
  0.625,
  0.65,
  2 / 3,
  0.7,
  0.75,
  0.8,
  5 / 6,
  0.9,
  0.95,
  0.99,
  1,
  1.1,
  1.2,
  1.25,
  4 / 3,
  1.4,
  1.5,
  1.6,
  5 / 3,
  1.75,
  1.9,
  2,
  2.3,
  2.5,
  3,
  3.3,
  4,
  7.1,
];
export const sizes = Array.from({ length: 40 }, (_, i) => i + 1);

const coordinates = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
];
const roundings = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

/** Every way to interpolate with every rule for coordinates. */
export const rules = coordinates.flatMap((rule) => [
  ...roundings.map((nearest) => ({ mode: 'nearest', coordinates: rule, nearest, excludeOutside: false })),
  { mode: 'linear', coordinates: rule, nearest: 'floor', excludeOutside: false },
  { mode: 'cubic', coordinates: rule, nearest: 'floor', excludeOutside: false },
  { mode: 'cubic', coordinates: rule, nearest: 'floor', excludeOutside: true },
]);

/** Every combination that leaves at least one element, in order. */
export function* cases() {
  for (const rule of rules)
    for (const factor of factors)
      for (const size of sizes) {
        if (Math.fround(Math.fround(factor) * size) >= 1) yield { rule, factor, size };
      }
}

/** What is resized: all elements differ, and neighbours by more than rounding. */
export function elements(size) {
  return Float32Array.from({ length: size }, (_, i) => ((i * 37) % 41) + 1);
}

const text = new TextEncoder();
const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
const number = (field, value) => [...varint(field << 3), ...varint(value)];
const bytes = (field, value) => [...varint((field << 3) | 2), ...varint(value.length), ...value];
const string = (field, value) => bytes(field, [...text.encode(value)]);
const attribute = (name, field, kind, value) =>
  bytes(5, [
    ...string(1, name),
    ...(kind === 2 ? number(field, value) : string(field, value)),
    ...number(20, kind),
  ]);
const value = (field, name, rank) => {
  const shape = Array.from({ length: rank }, (_, i) => bytes(1, string(2, `${name}${i}`))).flat();
  return bytes(field, [...string(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))]);
};

/** Resize with its factors fed, so that one session serves them all. */
function model({ mode, coordinates, nearest, excludeOutside }) {
  const node = [
    ...['x', '', 'scales'].flatMap((name) => string(1, name)),
    ...string(2, 'y'),
    ...string(4, 'Resize'),
    ...attribute('mode', 4, 3, mode),
    ...attribute('coordinate_transformation_mode', 4, 3, coordinates),
    ...attribute('nearest_mode', 4, 3, nearest),
    ...(mode === 'cubic' ? attribute('exclude_outside', 3, 2, Number(excludeOutside)) : []),
  ];
  const graph = [
    ...bytes(1, node),
    ...string(2, 'g'),
    ...value(11, 'x', 4),
    ...value(11, 'scales', 1),
    ...value(12, 'y', 4),
  ];
  return Uint8Array.from([
    ...number(1, 8),
    ...bytes(8, [...string(1, ''), ...number(2, 13)]),
    ...bytes(7, graph),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const results = [];
  let [session, opened] = [undefined, undefined];
  for (const { rule, factor, size } of cases()) {
    if (opened !== rule) {
      session = await InferenceSession.create(model(rule), { intraOpNumThreads: 1, logSeverityLevel: 3 });
      opened = rule;
    }
    const { y } = await session.run({
      x: new Tensor('float32', elements(size), [1, 1, 1, size]),
      scales: new Tensor('float32', Float32Array.of(1, 1, 1, factor), [4]),
    });
    results.push(y.data.length, ...y.data);
  }
  writeFileSync(process.argv[2], new Uint8Array(Float32Array.from(results).buffer));
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../../shared/analysis/flatten.ts';
import { matchMeasurement } from '../../../shared/formats/measurements/match.ts';
import { type Measurement, readMeasurement } from '../../../shared/formats/measurements/read.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

function read(text: string): Measurement {
  const found = readMeasurement(text);
  if (!found.ok) throw new Error(found.problems[0]!.message);
  return found.value;
}
function flat(design: Parameters<typeof analyze>[0]): FlatNetwork {
  const network = flatten(analyze(design));
  if (!network.ok) throw new Error(network.problems[0]!.message);
  return network.value;
}
const published = (id: string): FlatNetwork => flat(zooEntry(id)!.build());
const sum = (rows: readonly { readonly milliseconds: number }[]): number =>
  rows.reduce((total, { milliseconds }) => total + milliseconds, 0);

describe('a profile that onnxruntime 1.30 wrote of three runs of ResNet-18', () => {
  const text = readFileSync(join(import.meta.dirname, 'resnet18.profile'), 'utf8');
  const measurement = read(text);
  const network = published('resnet18');
  const { matched, unmatched, unknown } = matchMeasurement(network, measurement);

  it('has a row for every kernel, and the sum of all of them in one run', () => {
    const events = JSON.parse(text) as { cat: string; name: string; dur: number }[];
    const microseconds = events
      .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
      .reduce((total, { dur }) => total + dur, 0);
    expect(measurement.tool).toBe('onnxruntime');
    expect(measurement.rows).toHaveLength(25);
    expect(sum(measurement.rows)).toBeCloseTo(microseconds / 3 / 1000, 9);
  });

  it('gives every layer to the kernel that it was fused into, which is called by the last one', () => {
    expect(unknown).toEqual([]);
    expect(unmatched.map(({ name }) => name)).toEqual(['avgpool.map', 'ReorderOutput']);
    const of = (name: string) => matched.find((row) => row.name === name)?.nodes;
    expect(of('conv1/relu')).toEqual(['conv1/conv', 'conv1/bn', 'conv1/relu']);
    // The sum and the activation after it are in the kernel of the second convolution, which is called by its norm.
    expect(of('layer1.0/bn2')).toEqual(['layer1.0/conv2', 'layer1.0/bn2', 'layer1.0/add', 'layer1.0/relu2']);
    expect(of('fc')).toEqual(['fc']);
    expect(matched.map(({ nodes }) => nodes.length).reduce((a, b) => a + b, 0)).toBe(
      network.steps.length - network.inputs.length - network.outputs.length,
    );
  });

  it('keeps the sum', () => {
    expect(sum(matched) + sum(unmatched)).toBeCloseTo(sum(measurement.rows), 9);
  });
});

describe('what trtexec exports of AlexNet', () => {
  // Average milliseconds over 490 runs, as NVIDIA's forum has them (trtexec-profile/146145), in the form of sampleReporting.cpp.
  const averages: readonly (readonly [string, number])[] = [
    ['conv1 + relu1', 0.44],
    ['norm1', 0.09],
    ['pool1', 0.04],
    ['conv2 + relu2', 0.92],
    ['norm2', 0.19],
    ['pool2', 0.03],
    ['conv3 + relu3', 0.38],
    ['conv4 + relu4', 0.37],
    ['conv5 + relu5', 0.21],
    ['pool5', 0.01],
    ['fc6 + relu6', 2.34],
    ['fc7 + relu7', 1.05],
    ['fc8', 0.31],
    ['prob', 0.02],
  ];
  const text = `[\n  { "count" : 490 }\n${averages
    .map(
      ([name, ms]) =>
        `, { "name" : "${name}", "timeMs" : ${ms * 490}, "averageMs" : ${ms}, "percentage" : 1 }`,
    )
    .join('\n')}\n]\n`;

  it('is matched name by name, and fused as it says', () => {
    const b = new NetworkBuilder();
    b.input(3, 227);
    for (const [i, [channels, kernel, stride]] of (
      [
        [96, 11, 4],
        [256, 5, 1],
        [384, 3, 1],
        [384, 3, 1],
        [256, 3, 1],
      ] as const
    ).entries()) {
      b.conv(`conv${i + 1}`, channels, kernel, { stride, padding: i === 0 ? 0 : (kernel - 1) / 2 });
      b.add(`relu${i + 1}`, 'relu');
      if (i < 2) b.add(`norm${i + 1}`, 'localResponseNorm');
      if (i < 2 || i === 4) b.maxPool(`pool${i + 1}`, 3, 2);
    }
    b.add('flat', 'flatten');
    for (const [i, features] of [4096, 4096, 1000].entries()) {
      b.add(`fc${i + 6}`, 'linear', { features });
      if (i < 2) b.add(`relu${i + 6}`, 'relu');
    }
    b.add('prob', 'softmax');
    b.add('output', 'output');
    const measurement = read(text);
    const { matched, unmatched, unknown } = matchMeasurement(flat(b.design('', '')), measurement);
    expect(measurement.tool).toBe('tensorrt');
    expect(unmatched).toEqual([]);
    expect(unknown).toEqual([]);
    expect(matched[0]!.nodes).toEqual(['conv1', 'relu1']);
    expect(matched.find(({ name }) => name === 'fc6 + relu6')!.nodes).toEqual(['flat', 'fc6', 'relu6']);
    // The table's own total is 6.41, of times that are not rounded.
    expect(sum(matched)).toBeCloseTo(6.4, 9);
  });
});

describe('other forms', () => {
  const lenet = (): FlatNetwork => {
    const b = new NetworkBuilder();
    b.input(1, 28);
    b.conv('conv1', 6, 5);
    b.add('act', 'relu');
    b.add('flat', 'flatten');
    b.add('fc', 'linear', { features: 10 });
    b.add('output', 'output');
    return flat(b.design('', ''));
  };

  it('TFLite’s benchmark: the first table, in the order of the run', () => {
    const text = [
      '============================== Run Order ==============================',
      'node type, start, first, avg_ms, %, cdf%, mem KB, times called, name',
      'CONV_2D, 0, 0.5, 0.4, 40%, 40%, 0, 1, [conv1/Relu;conv1/Conv2D]:0',
      'FULLY_CONNECTED, 0.4, 0.7, 0.6, 60%, 100%, 0, 1, [fc]:1',
      '',
      '============================== Top by Computation Time ==============================',
      'node type, start, first, avg_ms, %, cdf%, mem KB, times called, name',
      'FULLY_CONNECTED, 0.4, 0.7, 0.6, 60%, 60%, 0, 1, [fc]:1',
      '',
    ].join('\n');
    const measurement = read(text);
    expect(measurement).toEqual({
      tool: 'tflite',
      rows: [
        { name: '[conv1/Relu;conv1/Conv2D]:0', type: 'CONV_2D', milliseconds: 0.4 },
        { name: '[fc]:1', type: 'FULLY_CONNECTED', milliseconds: 0.6 },
      ],
    });
    expect(matchMeasurement(lenet(), measurement).matched.map(({ nodes }) => nodes)).toEqual([
      ['conv1', 'act'],
      ['flat', 'fc'],
    ]);
  });

  it('Model Explorer’s node data, of one graph or several', () => {
    const results = { conv1: { value: 0.25, bgColor: 'red' }, fc: { value: 0.5 } };
    for (const json of [{ results, gradient: [] }, { main: { results } }]) {
      const measurement = read(JSON.stringify(json));
      expect(measurement.tool).toBe('modelExplorer');
      expect(measurement.rows.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
        ['conv1', 0.25],
        ['fc', 0.5],
      ]);
    }
  });

  it('any table with a name and milliseconds, quoted or not', () => {
    const { tool, rows } = read('layer,ms\n"conv1, first",1.5\nfc,0.25\n');
    expect(tool).toBe('table');
    expect(rows.map(({ name, milliseconds }) => [name, milliseconds])).toEqual([
      ['conv1, first', 1.5],
      ['fc', 0.25],
    ]);
  });

  it.each([
    ['/conv1/Conv', 'conv1'],
    ['conv1', 'conv1'],
    ['CONV1', 'conv1'],
    ['/fc/Gemm', 'fc'],
  ])('%s is %s', (name, node) => {
    const { matched } = matchMeasurement(lenet(), {
      tool: 'table',
      rows: [{ name, type: '', milliseconds: 1 }],
    });
    expect(matched[0]?.nodes).toContain(node);
  });

  it('exporters’ long names are those of the layers of a block', () => {
    const rows = [{ name: '/layer1/layer1.0/conv1/Conv', type: '', milliseconds: 1 }];
    const { matched } = matchMeasurement(published('resnet18'), { tool: 'onnxruntime', rows });
    expect(matched[0]!.nodes).toContain('layer1.0/conv1');
  });

  it.each([
    ['nothing', '', 'no-form'],
    ['a picture', '\u0089PNG', 'no-form'],
    ['broken JSON', '[{"name":', 'no-form'],
    ['another JSON', '{"a": 1}', 'no-form'],
    ['a profile without nodes', '[{"cat":"Session","ph":"X","dur":3,"name":"model_loading_uri"}]', 'no-rows'],
    ['an engine that was not profiled', '[{ "count" : 490 }]', 'no-rows'],
    ['a table without rows', 'name,ms\n', 'no-rows'],
    ['times that are none', 'name,ms\nconv1,-1\nfc,NaN\n', 'no-rows'],
  ])('%s is refused: %s', (_, text, code) => {
    const found = readMeasurement(text);
    expect(found.ok ? 'opened' : found.problems[0]!.code).toBe(code);
  });
});

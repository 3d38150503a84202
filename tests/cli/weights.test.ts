import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonWith } from '../peers/python.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

const python = pythonWith('torch', 'numpy');

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildForTest();
  const input = Buffer.alloc(4 * 28 * 28);
  for (let i = 0; i < 28 * 28; i++) input.writeFloatLE(Math.sin(i), 4 * i);
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 28, 28), }".padEnd(117);
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length + 1, 0]);
  await writeFile(
    join(command.folder, 'x.npy'),
    Buffer.concat([start, Buffer.from(`${header}\n`, 'latin1'), input]),
  );
});
afterAll(() => command.remove());

async function outputOf(...args: readonly string[]): Promise<readonly number[]> {
  const ran = await command.here.run(['run', ...args, '--input', 'x.npy', '--output', 'y.json']);
  expect(ran.stderr).toBe('');
  const { output } = JSON.parse(await readFile(join(command.folder, 'y.json'), 'utf8'));
  return output.data;
}

describe('weights', () => {
  it.each(['weights.safetensors', 'model.onnx'])(
    'written to %s are read again: the same output',
    async (name) => {
      expect((await command.here.run(['convert', 'zoo:lenet', name, '--seed', '5'])).code).toBe(0);
      const seeded = await outputOf('zoo:lenet', '--seed', '5');
      expect(await outputOf('zoo:lenet', '--weights', name)).toEqual(seeded);
      expect(await outputOf('zoo:lenet', '--seed', '6')).not.toEqual(seeded);
    },
  );

  it('go into another format on the way', async () => {
    await command.here.run(['convert', 'zoo:lenet', 'w.safetensors', '--seed', '9']);
    expect(
      (await command.here.run(['convert', 'zoo:lenet', 'm.onnx', '--weights', 'w.safetensors'])).code,
    ).toBe(0);
    expect(await outputOf('m.onnx')).toEqual(await outputOf('zoo:lenet', '--seed', '9'));
  });

  it('of another network are refused, saying which', async () => {
    await command.here.run(['convert', 'zoo:lenet', 'w.safetensors']);
    const spec = JSON.parse((await command.here.run(['convert', 'zoo:lenet', '-'])).stdout);
    for (const node of spec.nodes)
      if (node.kind === 'linear' && node.params?.features === 10) node.params.features = 7;
    await writeFile(join(command.folder, 'seven.json'), JSON.stringify(spec));
    const { code, stderr } = await command.here.run([
      'run',
      'seven.json',
      '--weights',
      'w.safetensors',
      '--input',
      'x.npy',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/is 10×\d+, but the weight "weight" of \w+ is 7×\d+/);
    expect(stderr).not.toMatch(/conv1/);
  });

  it.each([
    ['cut.safetensors', (whole: Buffer) => whole.subarray(0, 400)],
    ['long.safetensors', (whole: Buffer) => Buffer.concat([Buffer.alloc(8, 0xff), whole.subarray(8)])],
    ['empty.npz', () => Buffer.alloc(0)],
    ['w.bin', (whole: Buffer) => whole],
  ])('in %s are refused in a line', async (name, damage) => {
    await command.here.run(['convert', 'zoo:lenet', 'w.safetensors']);
    await writeFile(
      join(command.folder, name),
      damage(await readFile(join(command.folder, 'w.safetensors'))),
    );
    const { code, stderr } = await command.here.run([
      'run',
      'zoo:lenet',
      '--weights',
      name,
      '--input',
      'x.npy',
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`${name}.*: `));
    expect(stderr).not.toMatch(/ at .*\.[jt]s/);
  });

  it.skipIf(python === undefined)(
    'saved as safetensors are the state_dict of the exported module',
    async () => {
      await command.here.run(['convert', 'zoo:resnet18', 'net.py']);
      await command.here.run(['convert', 'zoo:resnet18', 'net.safetensors', '--seed', '3']);
      const script = `
import json, numpy, struct, torch, net
data = open('net.safetensors', 'rb').read()
length = struct.unpack('<Q', data[:8])[0]
header = json.loads(data[8:8 + length])
state = {}
for key, entry in header.items():
    if key != '__metadata__':
        start, end = entry['data_offsets']
        values = numpy.frombuffer(data[8 + length + start:8 + length + end], '<f4')
        state[key] = torch.from_numpy(values.reshape(entry['shape']).copy())
print(net.ResNet18().load_state_dict(state, strict=True))
`;
      const { stdout, stderr } = spawnSync(python!, ['-c', script], {
        cwd: command.folder,
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(/All keys matched/);
    },
  );
});

describe('code', () => {
  it('goes by the longest ending: .keras.py is Keras, .py is PyTorch', async () => {
    for (const [name, library] of [
      ['net.keras.py', /^import keras$/m],
      ['net.py', /^from torch import Tensor, nn$/m],
    ] as const) {
      expect((await command.here.run(['convert', 'zoo:resnet18', name])).code).toBe(0);
      expect(await readFile(join(command.folder, name), 'utf8')).toMatch(library);
    }
  });

  it('that Keras has no word for is refused, naming the node', async () => {
    await writeFile(
      join(command.folder, 'dilated.json'),
      JSON.stringify({
        netwright: 1,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
          { id: 'wide', kind: 'conv2d', from: 'input', params: { dilation: 2, stride: 2 } },
          { id: 'output', kind: 'output', from: 'wide' },
        ],
      }),
    );
    const { code, stderr } = await command.here.run(['convert', 'dilated.json', 'dilated.keras.py']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/wide cannot be written for Keras: .*strided and dilated/);
  });
});

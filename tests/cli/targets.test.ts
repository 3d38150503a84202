import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namedTargets } from '../../shared/analysis/targets.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

let command: BuiltCommand;

/** One convolution of 3·3·8·16 weights over 8·32·32: 16·32·32 · 72 = 1,179,648 multiply-adds. */
const spec = {
  netwright: 3,
  name: 'one',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [8, 32, 32] } },
    {
      id: 'conv',
      kind: 'conv2d',
      from: 'input',
      params: { channels: 16, kernel: 3, padding: 1, bias: false },
    },
    { id: 'output', kind: 'output', from: 'conv' },
  ],
};
const config = {
  targets: {
    'our-board': { memory: '96KiB', storage: 4096, gigaflops: 0.5, gigabytesPerSecond: 0.25 },
    'flash-only': { storage: '8KiB' },
  },
};

const put = (folder: string, name: string, json: object): Promise<void> =>
  writeFile(join(command.folder, folder, name), JSON.stringify(json));

beforeAll(async () => {
  command = await buildForTest();
  for (const folder of ['own', 'wrong', 'none']) {
    await mkdir(join(command.folder, folder));
    await put(folder, 'one.json', spec);
  }
  await put('own', 'netwright.config.json', config);
});
afterAll(() => command.remove());

describe('targets', () => {
  it('are those of ST’s reference manuals', () => {
    // RM0402, RM0385, RM0410 and RM0433: bytes of SRAM and flash.
    expect(namedTargets.map(({ memoryBytes, storageBytes }) => [memoryBytes, storageBytes])).toEqual([
      [262_144, 1_048_576],
      [327_680, 1_048_576],
      [524_288, 2_097_152],
      [524_288, 2_097_152],
    ]);
  });

  it('of one’s own are known by name to what tells whether a design fits', async () => {
    const args = ['memory', 'own/one.json', '--no-engine', '--fits', 'our-board', '--fits', 'flash-only'];
    const { fits } = (await command.here.json([...args, '--format', 'json'])) as {
      fits: { target: { name: string }; numbers: string; lacks: string[] }[];
    };
    const lacks = (target: string, numbers: string) =>
      fits.find((fit) => fit.target.name === target && fit.numbers === numbers)!.lacks;
    // 4 · (8 + 16) · 32 · 32 = 98,304 bytes are 96 KiB to the byte; 4 · 1,152 = 4,608 bytes of weights are too many.
    expect(lacks('our-board', 'float32')).toEqual(['storage']);
    expect(lacks('our-board', 'int8')).toEqual([]);
    expect(lacks('flash-only', 'float32')).toEqual([]);
    expect((await command.here.run(args)).stdout).toMatch(
      /flash-only +float32 +98,304 +– +4,608 +8,192 +yes/,
    );
  });

  it('are asked by the plan whether all that it takes has room', async () => {
    const { fits, memory } = (await command.here.json([
      ...['plan', 'own/one.json', '--threads', '1', '--fits', 'our-board', '--fits', '1GiB,1GiB'],
      ...['--format', 'json'],
    ])) as {
      memory: { totalBytes: number };
      fits: { needBytes: number; roomBytes: number; fits: boolean }[];
    };
    expect(fits.map(({ needBytes }) => needBytes)).toEqual([memory.totalBytes, memory.totalBytes]);
    expect(fits.map(({ roomBytes, fits: isIn }) => [roomBytes, isIn])).toEqual([
      [98_304, false],
      [1_073_741_824, true],
    ]);
  });

  it('with peak rates tell the least that a run takes there', async () => {
    const { steps, milliseconds } = (await command.here.json([
      ...['roofline', 'own/one.json', '--threads', '1', '--target', 'our-board', '--format', 'json'],
    ])) as {
      milliseconds: number;
      steps: { macs: number; bytes: number; leastMilliseconds: number; bound: string }[];
    };
    const conv = steps.find(({ macs }) => macs > 0)!;
    expect(conv.macs).toBe(1_179_648);
    // 2 · 1,179,648 / 0.5·10⁹ s; its bytes, some 10⁵ at 0.25·10⁹ a second, are a tenth of that.
    expect(conv.leastMilliseconds).toBeCloseTo(4.718592, 9);
    expect(conv.bound).toBe('arithmetic');
    // The picture goes in: 4 · 8 · 32 · 32 bytes read and written, and nothing is computed.
    const moved = steps.filter(({ macs }) => macs === 0);
    expect(moved.length).toBeGreaterThan(0);
    for (const { bytes, leastMilliseconds, bound } of moved) {
      expect(leastMilliseconds).toBeCloseTo(bytes / 0.25e6, 9);
      expect(bound).toBe('memory');
    }
    expect(milliseconds).toBeCloseTo(
      steps.reduce((sum, step) => sum + step.leastMilliseconds, 0),
      9,
    );
  });

  it.each([
    ['memory', ['memory', 'none/one.json', '--no-engine', '--fits', 'our-board'], 'is no target'],
    ['roofline', ['roofline', 'own/one.json', '--target', 'flash-only'], 'peak rates are not known'],
    ['roofline', ['roofline', 'own/one.json', '--target', 'our-board', '--run'], '--run is of this machine'],
  ])('are told of in one line where they are not known: %s', async (_, args, line) => {
    const { stderr, code } = await command.here.run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [{ board: { memory: 'much' } }, '512KiB'],
    [{ board: { memory: -1 } }, '512KiB'],
    [{ board: { gigaflops: 0 } }, 'above 0'],
    [{ board: {} }, 'Nothing is said of the target board'],
    [{ 'two words': { memory: 1 } }, 'without spaces'],
    [{ board: { speed: 3 } }, 'gigabytesPerSecond'],
    [['board'], 'an object from names to targets'],
  ])('are refused with their place where they are wrong: %j', async (targets, told) => {
    await put('wrong', 'netwright.config.json', { targets });
    const { stderr, code } = await command.here.run([
      'memory',
      'wrong/one.json',
      '--no-engine',
      '--fits',
      'board',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('netwright.config.json');
    expect(stderr).toContain(told);
  });
});

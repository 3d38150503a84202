import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { decode, encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { decodeTensorFile } from '../../shared/formats/onnx/decode.ts';
import { readElements } from '../../shared/formats/onnx/tensor-data.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { machineKey, writeCalibration } from '../../shared/runtime/time/calibration.ts';
import { lawNames, laws } from '../../shared/runtime/time/work.ts';
import { withoutDesign } from '../formats/onnx/foreign.ts';
import { referencePath } from '../reference.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildForTest();
});
afterAll(() => command.remove());

const file = (name: string) => join(command.folder, name);
async function save(name: string, spec: object | string): Promise<string> {
  await writeFile(file(name), typeof spec === 'string' ? spec : JSON.stringify({ netwright: 1, ...spec }));
  return name;
}

/** Torchvision's and the papers' figures. */
const published = [
  ['alexnet', 61_100_840, 714_188_480],
  ['vgg16', 138_357_544, 15_470_264_320],
  ['googlenet', 6_624_904, 1_498_376_192],
  ['resnet50', 25_557_032, 4_089_184_256],
] as const;

const biased = [
  { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
  { id: 'conv', kind: 'conv2d', from: 'input', params: { padding: 1 } },
  { id: 'bn', kind: 'batchNorm', from: 'conv' },
  { id: 'relu', kind: 'relu', from: 'bn' },
  { id: 'output', kind: 'output', from: 'relu' },
];

describe('zoo and summary', () => {
  it('list what is published', async () => {
    const { networks } = (await command.here.json(['zoo', '--format', 'json'])) as {
      networks: Record<string, unknown>[];
    };
    for (const [name, params, macs] of published)
      expect(networks.find((each) => each.name === name)).toMatchObject({ params, macs });
    const { stdout, code } = await command.here.run(['zoo']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/vgg16 .* 138,357,544 +15,470,264,320/);
  });

  it('count AlexNet as the lecture does', async () => {
    const summary = (await command.here.json([
      'summary',
      'zoo:alexnet-lecture',
      '--format',
      'json',
    ])) as Record<string, unknown>;
    expect(summary).toMatchObject({
      convention: 'mac',
      input: [3, 227, 227],
      totals: { params: 61_100_840, macs: 716_767_232 },
    });
    expect((summary.layers as { id: string }[]).find(({ id }) => id === 'conv1')).toEqual({
      id: 'conv1',
      layer: 'conv2d',
      output: [64, 56, 56],
      params: 23_296,
      macs: 72_855_552,
      receptiveField: [11, 11],
      // Four bytes for each element of input, output and weights.
      macsPerByte: 72_855_552 / (4 * (3 * 227 * 227 + 64 * 56 * 56 + 23_296)),
      outputElements: 200_704,
      outputBytes: 802_816,
    });
  });

  it.each([
    ['flops2', 2 * 1_814_073_344],
    ['mac', 1_814_073_344],
  ])('know the convention %s', async (convention, macs) => {
    const args = ['summary', 'zoo:resnet18', '--convention', convention, '--format', 'json'];
    expect(await command.here.json(args)).toMatchObject({ convention, totals: { macs } });
  });

  it('take another input', async () => {
    // Fully convolutional up to the pool: four times the pixels, four times the work, but for the classifier.
    const [small, large] = await Promise.all(
      ['3,224,224', '3,448,448'].map((input) =>
        command.here.json(['summary', 'zoo:resnet18', '--input', input, '--format', 'json']),
      ),
    );
    const macs = (summary: unknown) => (summary as { totals: { macs: number } }).totals.macs;
    expect(macs(large)).toBe(4 * (macs(small) - 512_000) + 512_000);
  });

  it('write CSV and Markdown', async () => {
    const csv = await command.here.run(['summary', 'zoo:alexnet', '--format', 'csv']);
    expect(csv.stdout.split('\r\n')).toContain(
      'conv1,"Conv2d 64, 11×11, 4×4, 2",64x55x55,23296,70276800,193600,774400',
    );
    const markdown = await command.here.run(['summary', 'zoo:alexnet', '--format', 'markdown']);
    expect(markdown.stdout).toContain('**61,100,840**');
  });

  it('say what is wrong with a broken design, and go on with the rest', async () => {
    const broken = await save('broken.json', {
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [3, 4, 4] } },
        { id: 'conv', kind: 'conv2d', from: 'input', params: { kernel: 9 } },
        { id: 'relu', kind: 'relu', from: 'conv' },
      ],
    });
    const { code, stdout, stderr } = await command.here.run(['summary', broken, '--format', 'json']);
    expect(code).toBe(1);
    expect((JSON.parse(stdout).layers as { macs: number | null }[]).map(({ macs }) => macs)).toEqual([
      0,
      null,
      null,
    ]);
    expect(stderr).toMatch(/^broken\.json \(conv\): The kernel's height is 9/);
  });
});

describe('lint', () => {
  it('finds nothing to say about VGG-16 by the rules of VGG', async () => {
    const { code, stdout } = await command.here.run([
      'lint',
      'zoo:vgg16',
      '--preset',
      'vgg',
      '--format',
      'json',
    ]);
    expect([code, JSON.parse(stdout)]).toEqual([0, { findings: [] }]);
  });

  it('finds what AlexNet breaks', async () => {
    const { code, stdout } = await command.here.run([
      'lint',
      'zoo:alexnet',
      '--preset',
      'vgg',
      '--format',
      'json',
    ]);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
    expect(findings).toContainEqual({
      file: 'zoo:alexnet',
      rule: 'vgg-conv-3x3',
      severity: 'warning',
      node: 'conv1',
      message: expect.stringContaining('11×11'),
      fix: { title: expect.any(String), safety: 'suggested' },
    });
  });

  it('accepts as many warnings as it is told', async () => {
    const args = ['lint', 'zoo:vgg16', '--max-warnings'];
    expect((await command.here.run([...args, '0'])).code).toBe(1);
    expect((await command.here.run([...args, '1'])).code).toBe(0);
  });

  it('fixes what is safe to fix, saves atomically, and keeps mode, links and the rest of the spec', async () => {
    await save('real.json', { nodes: biased, notes: 'mine', layout: { conv: [1, 2] } });
    await chmod(file('real.json'), 0o640);
    await symlink('real.json', file('link.json'));
    const { code, stdout } = await command.here.run(['lint', 'link.json', '--fix', '--preset', 'vgg']);
    expect([code, stdout]).toEqual([0, 'link.json: no findings, 1 fixed\n']);
    const spec = JSON.parse(await readFile(file('real.json'), 'utf8'));
    expect(spec.nodes[1]).toEqual({
      id: 'conv',
      kind: 'conv2d',
      from: 'input',
      params: { padding: 1, bias: false },
    });
    expect(spec).toMatchObject({ notes: 'mine', layout: { conv: [1, 2] } });
    expect(spec).not.toHaveProperty('lint');
    expect((await stat(file('real.json'))).mode & 0o777).toBe(0o640);
    expect((await readdir(command.folder)).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it('refuses to fix what it cannot save', async () => {
    await save('locked.json', { nodes: biased });
    await chmod(file('locked.json'), 0o444);
    const before = await readFile(file('locked.json'), 'utf8');
    const { code, stderr } = await command.here.run(['lint', 'locked.json', '--fix', '--preset', 'vgg']);
    expect([code, stderr]).toEqual([
      2,
      'netwright: locked.json: cannot be written: it is read-only. Make it writable first, or name another file.\n',
    ]);
    expect(await readFile(file('locked.json'), 'utf8')).toBe(before);
    expect(await command.here.run(['lint', 'zoo:alexnet', '--fix'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('counts problems of the design as errors, and reports several files', async () => {
    await save('bad.json', { nodes: [{ id: 'relu', kind: 'relu' }] });
    await save('good.json', {
      nodes: biased.map((node) => (node.id === 'conv' ? { ...node, params: { bias: false } } : node)),
    });
    const { code, stdout } = await command.here.run(['lint', 'good.json', 'bad.json', '--format', 'json']);
    expect(code).toBe(1);
    const { findings } = JSON.parse(stdout) as {
      findings: { file: string; severity: string; node: string }[];
    };
    expect(
      findings.filter(({ severity }) => severity === 'error').map((each) => [each.file, each.node]),
    ).toContainEqual(['bad.json', 'relu']);
    expect(findings.filter((each) => each.file === 'good.json')).toEqual([]);
  });

  it('prints no colours into a pipe', async () => {
    expect((await command.run(['lint', 'zoo:alexnet'])).stdout).not.toContain('\u001b');
  });
});

describe('check', () => {
  it.each([
    [['zoo:vgg16', '--macs', '15.5G', '--params', '139M'], 0],
    [['zoo:vgg16', '--macs', '15G'], 1],
    [['zoo:resnet50', '--baseline', 'zoo:resnet50-original', '--macs', '6%'], 0],
    // 4,089,184,256 is 5.99 % more than 3,857,973,248.
    [['zoo:resnet50', '--baseline', 'zoo:resnet50-original', '--macs', '5.9%'], 1],
    [['zoo:alexnet', '--memory', '1KiB'], 1],
  ])('%j', async (args, code) => {
    expect((await command.here.run(['check', ...args])).code).toBe(code);
  });

  it('tells each quantity', async () => {
    expect(
      await command.here.json([
        'check',
        'zoo:resnet18',
        '--baseline',
        'zoo:resnet34',
        '--macs',
        '±5%',
        '--params',
        '12M',
        '--format',
        'json',
      ]),
    ).toEqual({
      name: 'ResNet-18',
      within: false,
      quantities: [
        expect.objectContaining({
          quantity: 'macs',
          actual: 1_814_073_344,
          limit: '±5%',
          baseline: 3_663_761_408,
          within: false,
        }),
        expect.objectContaining({ quantity: 'params', actual: 11_689_512, limit: 12_000_000, within: true }),
        expect.objectContaining({ quantity: 'memory', limit: null, within: null }),
      ],
    });
  });

  it('takes a saving for one, unless as little is asked for', async () => {
    const check = (share: string) =>
      command.here.run(['check', 'zoo:resnet18', '--baseline', 'zoo:resnet34', '--macs', share]);
    expect(await check('+5%')).toMatchObject({ code: 0, stderr: '' });
    expect(await check('±5%')).toMatchObject({ code: 1, stderr: '' });
    const bare = await check('5%');
    expect(bare.code).toBe(1);
    expect(bare.stderr).toContain('--macs 5% is taken as ±5%');
    expect(bare.stderr).toContain('+5%');
  });

  it('uses the budget of the spec', async () => {
    await save('budgeted.json', { nodes: biased, budget: { macs: 1000 } });
    expect((await command.here.run(['check', 'budgeted.json'])).code).toBe(1);
    expect((await command.here.run(['check', 'budgeted.json', '--macs', '10M'])).code).toBe(0);
  });
});

describe('diff, convert and schema', () => {
  it('tells what an edit costs', async () => {
    await save('before.json', { nodes: biased });
    await save('after.json', {
      nodes: [
        ...biased
          .slice(0, 4)
          .map((node) => (node.id === 'conv' ? { ...node, params: { padding: 1, channels: 32 } } : node)),
        { id: 'tail', kind: 'tanh', from: 'relu' },
        { id: 'output', kind: 'output', from: 'tail' },
      ],
    });
    const diff = (await command.here.json(['diff', 'before.json', 'after.json', '--format', 'json'])) as {
      layers: { change: string; after: { id: string }; difference: { params: number } }[];
    };
    const rows = diff.layers.map(({ change, after, difference }) => [change, after.id, difference.params]);
    // 64·27 + 64 = 1,792 becomes 896; the two of the normalisation go from 128 to 64.
    expect(rows).toEqual(
      expect.arrayContaining([
        ['changed', 'conv', -896],
        ['changed', 'bn', -64],
        ['added', 'tail', 0],
      ]),
    );
    const { stdout } = await command.here.run(['diff', 'before.json', 'after.json']);
    expect(stdout).toContain('channels 64 → 32');
    // Both have one name: the files tell which is which.
    expect(stdout).toContain(': before.json → after.json.');
  });

  it('converts by the name of the output, and through pipes', async () => {
    expect((await command.here.run(['convert', 'zoo:vgg11', 'vgg11.json'])).code).toBe(0);
    const spec = await readFile(file('vgg11.json'), 'utf8');
    const piped = await command.run(['convert', '-', '-'], spec);
    expect(piped.stdout).toBe(spec);
    expect((await command.here.run(['convert', 'zoo:lenet', 'lenet.tex'])).code).toBe(0);
    expect(await readFile(file('lenet.tex'), 'utf8')).toContain('\\toprule');
    for (const name of ['lenet.bmp', 'lenet'])
      expect(await command.here.run(['convert', 'zoo:lenet', name])).toMatchObject({ code: 2, stdout: '' });
  });

  it('writes ONNX that opens as the same design, and runs the same', async () => {
    expect((await command.here.run(['convert', 'zoo:lenet', 'lenet.onnx', '--seed', '4'])).code).toBe(0);
    const [there, back] = await Promise.all(
      ['zoo:lenet', 'lenet.onnx'].map((name) => command.here.run(['convert', name, '-'])),
    );
    expect(back?.stdout).toBe(there?.stdout);
    await writeFile(
      file('dots.png'),
      encode({ width: 28, height: 28, channels: 1, data: new Uint8Array(784).map((_, i) => (i * 37) % 256) }),
    );
    const run = (name: string, seed: string) =>
      command.here.json([
        'run',
        name,
        '--image',
        'dots.png',
        '--seed',
        seed,
        '--preprocess',
        'unit',
        '--backend',
        'reference',
        '--format',
        'json',
      ]) as Promise<{ top: object[] }>;
    // The weights in the file are those of seed 4, whatever seed is asked for afterwards.
    const [seeded, exported] = await Promise.all([run('zoo:lenet', '4'), run('lenet.onnx', '9')]);
    expect(exported.top).toEqual(seeded.top);
  });

  it('makes blocks of the layers that they stand for, when told to', async () => {
    expect((await command.here.run(['convert', 'zoo:resnet18', 'resnet18.onnx'])).code).toBe(0);
    // As another tool would have written it: without the design beside the graph.
    await writeFile(file('foreign.onnx'), withoutDesign(await readFile(file('resnet18.onnx'))));
    const kinds = async (...args: readonly string[]) => {
      const { layers } = (await command.here.json([
        'summary',
        'foreign.onnx',
        '--format',
        'json',
        ...args,
      ])) as {
        layers: readonly { layer: string }[];
      };
      return layers.map(({ layer }) => layer).filter((layer) => layer === 'residual');
    };
    expect(await kinds()).toHaveLength(0);
    expect(await kinds('--fold')).toHaveLength(8);
    expect((await command.here.run(['convert', 'foreign.onnx', 'folded.json', '--fold'])).code).toBe(0);
    const total = async (name: string) =>
      ((await command.here.json(['summary', name, '--format', 'json'])) as { totals: object }).totals;
    expect(await total('folded.json')).toEqual(await total('zoo:resnet18'));
    expect((await command.here.run(['draw', 'foreign.onnx', '-o', 'folded.mmd', '--fold'])).code).toBe(0);
    expect(await readFile(file('folded.mmd'), 'utf8')).toContain('Residual');
  });

  it('writes PyTorch code', async () => {
    expect((await command.here.run(['convert', 'zoo:resnet18', 'resnet18.py'])).code).toBe(0);
    const code = await readFile(file('resnet18.py'), 'utf8');
    expect(code).toMatch(/^from torch import Tensor, nn$/m);
    expect(code).toMatch(/class \w+\(nn\.Module\):/);
  });

  it('prints the schema that its own specs keep', async () => {
    const accepts = new Ajv2020({ strict: true }).compile((await command.here.json(['schema'])) as object);
    expect(accepts(await command.here.json(['convert', 'zoo:googlenet', '-']))).toBe(true);
    expect(accepts({ netwright: 2, nodes: [{ id: 'a', kind: 'nonsense' }] })).toBe(false);
  });
});

describe('draw', () => {
  it.each([
    [['-o', 'r.svg', '--detail', 'stages'], /^<svg [\s\S]*ResNet-152[\s\S]*<\/svg>\n$/],
    [['-o', 'r.dot'], /^digraph "ResNet-152" \{/],
    [['-o', 'r.mmd', '--direction', 'right'], /flowchart LR/],
    [['-o', 'p.svg', '--view', 'profile'], /Running peak[\s\S]*<\/svg>\n$/],
    [['-o', 'r.tikz', '--view', 'volumes'], /\\begin\{tikzpicture\}/],
  ])('%j', async (args, expected) => {
    expect(await command.here.run(['draw', 'zoo:resnet152', ...args])).toMatchObject({ code: 0, stderr: '' });
    const first = await readFile(file(args[1]!), 'utf8');
    expect(first).toMatch(expected);
    // The same again, by sources that no bundler has seen.
    await command.here.run(['draw', 'zoo:resnet152', ...args]);
    expect(await readFile(file(args[1]!), 'utf8')).toBe(first);
  });

  it('paints pixels, as many as asked for, the same every time', async () => {
    // By the built command and by its sources.
    for (const [name, { run }] of [
      ['a.png', command],
      ['b.png', command.here],
    ] as const) {
      const args = ['draw', 'zoo:alexnet', '-o', name, '--view', 'profile', '--ratio', '3'];
      expect(await run(args)).toMatchObject({ code: 0, stderr: '' });
    }
    const [a, b] = await Promise.all(['a.png', 'b.png'].map((name) => readFile(file(name))));
    expect(a).toEqual(b);
    await command.here.run(['draw', 'zoo:alexnet', '-o', 'a.svg', '--view', 'profile']);
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(await readFile(file('a.svg'), 'utf8'))!;
    const image = decode(a!);
    expect([image.width, image.height]).toEqual([3 * Number(width), 3 * Number(height)]);
  });

  it('writes cost tables, as convert does', async () => {
    const [drawn, converted] = ['drawn.html', 'converted.html'];
    await command.here.run(['draw', 'zoo:lenet', '-o', drawn]);
    await command.here.run(['convert', 'zoo:lenet', converted]);
    expect(await readFile(file(drawn), 'utf8')).toBe(await readFile(file(converted), 'utf8'));
    await command.here.run(['draw', 'zoo:lenet', '-o', 't.tex', '--view', 'table', '--convention', 'flops2']);
    expect(await readFile(file('t.tex'), 'utf8')).toMatch(/FLOPs \(2 per MAC\)/);
  });

  it.each([
    [['-o', 'x.bmp'], /Use one of \.svg .*\.html\./],
    [['-o', 'x.csv', '--view', 'volumes'], /volumes.*Use one of \.svg \.png \.tikz \.tex\./],
    [['-o', 'x.png', '--ratio', '9'], /a whole number from 1 to 8|between 1 and 8/],
    [['-o', 'x.png', '--view', 'volumes', '--detail', 'layers', '--ratio', '8'], /pixels, more than/],
  ])('refuses %j and says what can be had', async (args, expected) => {
    const refused = await command.here.run(['draw', 'zoo:resnet152', ...args]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(expected);
  });
});

describe('run and plan', () => {
  /** A ramp of grey, 40×30. */
  const ramp = {
    width: 40,
    height: 30,
    channels: 1 as const,
    data: new Uint8Array(1200).map((_, i) => (i % 40) * 6),
  };

  it('gives the same scores on both backends, and the same again', async () => {
    await writeFile(file('ramp.png'), encode(ramp));
    const args = [
      'run',
      'zoo:lenet',
      '--image',
      'ramp.png',
      '--preprocess',
      'unit',
      '--seed',
      '5',
      '--top',
      '10',
      '--format',
      'json',
    ];
    type Run = { backend: string; top: { index: number; probability: number }[]; outputs: unknown };
    const runs = (await Promise.all([
      command.json([...args, '--backend', 'cpu', '--threads', '2']),
      command.here.json([...args, '--backend', 'reference']),
      command.here.json([...args, '--backend', 'reference']),
    ])) as [Run, Run, Run];
    const [cpu, plain, again] = runs;
    expect([cpu.backend, plain.backend]).toEqual(['cpu', 'reference']);
    expect(plain.top).toEqual(again.top);
    expect(cpu.top.map(({ index }) => index)).toEqual(plain.top.map(({ index }) => index));
    for (const [i, { probability }] of cpu.top.entries())
      expect(probability).toBeCloseTo(plain.top[i]!.probability, 4);
    expect(plain.outputs).toEqual([{ name: 'output', dims: [1, 10] }]);
    expect(plain.top.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 5);
  });

  it('profiles every step', async () => {
    const args = ['run', 'zoo:lenet', '--image', 'ramp.png', '--profile', '--format', 'json'];
    const { profile } = (await command.here.json(args)) as { profile: { nodes: string[]; macs: number }[] };
    // Caffe's LeNet: 288,000 + 1,600,000 + 400,000 + 5,000.
    expect(profile.reduce((sum, { macs }) => sum + macs, 0)).toBe(2_293_000);
  });

  it.skipIf(!existsSync(referencePath('images')))('decodes photographs of both kinds', async () => {
    for (const name of ['ortex_dog.jpg', 'ortex_EgyptianCat.png']) {
      const args = ['run', 'zoo:squeezenet1_1', '--image', referencePath('images', name), '--format', 'json'];
      const { top } = (await command.here.json(args)) as { top: { label: string }[] };
      expect(top).toHaveLength(5);
      for (const { label } of top) expect(label.length).toBeGreaterThan(1);
    }
  });

  it.skipIf(!existsSync(referencePath('models')))(
    'runs trained models on photographs: ONNX with its own weights',
    async () => {
      const model = referencePath('models/squeezenet_fp16/squeezenet1.1_fp32.onnx');
      const image = referencePath('images/ortex_dog.jpg');
      const ran = (await command.here.json([
        'run',
        model,
        '--image',
        image,
        '--preprocess',
        'caffe',
        '--format',
        'json',
      ])) as {
        seed: null;
        top: { label: string }[];
      };
      expect(ran.seed).toBeNull();
      // The photograph is of a golden retriever.
      expect(ran.top[0]?.label).toBe('golden retriever');
    },
  );

  it.skipIf(!existsSync(referencePath('models')))(
    'refuses an ONNX model whole, naming every node that it cannot take',
    async () => {
      const { code, stdout, stderr } = await command.here.run([
        'summary',
        referencePath('models/candy/candy.onnx'),
      ]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr.match(/The operator Crop/g)).toHaveLength(7);
    },
  );

  it.skipIf(!existsSync(referencePath('models')))(
    "gives the outputs that a model's own test data expect",
    async () => {
      const folder = referencePath('models/mnist_8');
      const set = join(folder, 'test_data_set_0');
      const args = ['run', join(folder, 'model.onnx'), '--input', join(set, 'input_0.pb')];
      expect((await command.run([...args, '--output', 'scores.npy'])).code).toBe(0);
      expect((await command.here.run([...args, '--output', 'scores.json'])).code).toBe(0);
      const { tensor, reader } = await decodeTensorFile(
        bytesSource(await readFile(join(set, 'output_0.pb'))),
      );
      const expected = [...(await readElements(reader, tensor))];
      const written = JSON.parse(await readFile(file('scores.json'), 'utf8'));
      const [scores] = Object.values(written as Record<string, { dims: number[]; data: number[] }>);
      expect(scores?.dims).toEqual([1, 10]);
      const largest = Math.max(...expected.map(Math.abs));
      for (const [i, value] of expected.entries())
        expect(Math.abs(scores!.data[i]! - value) / largest).toBeLessThan(1e-4);
      // NumPy's format, by its own description: magic, version, header, data at a multiple of 64.
      const npy = await readFile(file('scores.npy'));
      expect([...npy.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
      const start = 10 + npy.readUInt16LE(8);
      expect(start % 64).toBe(0);
      expect(npy.subarray(10, start).toString()).toMatch(
        /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(1, 10\), \} *\n$/,
      );
      // Of another run, which may have chosen other kernels.
      for (const [i, value] of expected.entries())
        expect(Math.abs(npy.readFloatLE(start + 4 * i) - value) / largest).toBeLessThan(1e-4);
      expect(npy.length).toBe(start + 4 * expected.length);
    },
  );

  it('reads the tensors that it writes, and refuses others', async () => {
    const nodes = [
      { id: 'input', kind: 'input', params: { shape: [2, 3, 4] } },
      { id: 'relu', kind: 'relu', from: 'input' },
      { id: 'output', kind: 'output', from: 'relu' },
    ];
    await save('same.json', { nodes });
    const header = `${"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2, 3, 4), }".padEnd(117)}\n`;
    const doubles = Float64Array.from({ length: 24 }, (_, i) => i / 4 - 2);
    const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0]);
    const npy = Buffer.concat([magic, Buffer.from(header), Buffer.from(doubles.buffer)]);
    await writeFile(file('in.npy'), npy);
    expect(
      (await command.here.run(['run', 'same.json', '--input', 'in.npy', '--output', 'once.npy'])).code,
    ).toBe(0);
    expect(
      (await command.here.run(['run', 'same.json', '--input', 'once.npy', '--output', 'twice.json'])).code,
    ).toBe(0);
    expect(JSON.parse(await readFile(file('twice.json'), 'utf8'))).toEqual({
      output: { dims: [1, 2, 3, 4], data: [...doubles].map((value) => Math.max(value, 0)) },
    });
    await writeFile(file('cut.npy'), npy.subarray(0, 200));
    await writeFile(file('junk.pb'), new Uint8Array(50).fill(255));
    for (const args of [
      ['--input', 'cut.npy'],
      ['--input', 'junk.pb'],
      ['--input', 'in.npy', '--image', 'ramp.png'],
      ['--input', 'in.npy', '--output', 'x.bmp'],
    ]) {
      const { code, stderr } = await command.here.run(['run', 'same.json', ...args]);
      expect([args, code, stderr.trim().split('\n').length]).toEqual([args, 2, 1]);
    }
  });

  it('refuses what is no picture, and designs that no picture fits', async () => {
    await writeFile(file('not.png'), 'PNG');
    await writeFile(file('cut.png'), encode(ramp).subarray(0, 60));
    const header = encode(ramp).slice();
    new DataView(header.buffer).setUint32(16, 100_000);
    await writeFile(file('huge.png'), header);
    await save('vector.json', { nodes: [{ id: 'input', kind: 'input', params: { shape: [9] } }] });
    for (const args of [
      ['zoo:lenet', '--image', 'not.png'],
      ['zoo:lenet', '--image', 'cut.png'],
      ['zoo:lenet', '--image', 'huge.png'],
      ['vector.json', '--image', 'ramp.png'],
      ['zoo:lenet'],
    ]) {
      const { code, stderr } = await command.here.run(['run', ...args]);
      expect([args, code]).toEqual([args, 2]);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it('plans every layer, and states the memory', async () => {
    const plan = (await command.json(['plan', 'zoo:resnet18', '--threads', '2', '--format', 'json'])) as {
      memory: { totalBytes: number; weightBytes: number };
      steps: { macs: number; nodes: string[] }[];
    };
    expect(plan.steps.reduce((sum, { macs }) => sum + macs, 0)).toBe(1_814_073_344);
    expect(plan.memory.weightBytes).toBeGreaterThan(4 * 11_000_000);
    expect(plan.memory.totalBytes).toBeGreaterThan(plan.memory.weightBytes);
  });

  it('tells how long steps take where the machine was measured, and what to do where it was not', async () => {
    const args = ['plan', 'zoo:alexnet', '--threads', '1'];
    expect((await command.here.run(args)).stdout).toContain('not measured here yet: netwright calibrate');
    const plan = (await command.here.json([...args, '--format', 'json'])) as {
      variant: string;
      predicted: unknown;
    };
    expect(plan.predicted).toBeNull();
    const processor = cpus()[0]?.model.trim() || 'unknown processor';
    const machine = { processor, threads: 1, kernels: plan.variant, version: about.version };
    // Every step takes a millisecond, whatever it does: as many as there are steps.
    const model = Object.fromEntries(
      lawNames.map((law) => [law, { coefficients: [1, ...laws[law].map(() => 0)], spread: 0.1, steps: 9 }]),
    );
    const calibration = {
      machine,
      date: '',
      seconds: 1,
      model,
      ceilings: { gigaflops: 50, gigabytesPerSecond: 10 },
    };
    await mkdir(file('cache'), { recursive: true });
    await writeFile(
      join(file('cache'), `time-${machineKey(machine)}.json`),
      JSON.stringify(writeCalibration(calibration)),
    );
    const { predicted, steps } = (await command.here.json([...args, '--format', 'json'])) as {
      predicted: { milliseconds: number; low: number; high: number; unknown: string[] };
      steps: { predicted: { milliseconds: number } }[];
    };
    expect(predicted.milliseconds).toBe(steps.length);
    expect(predicted.low).toBeLessThan(steps.length);
    expect(predicted.high).toBeGreaterThan(steps.length);
    expect(predicted.unknown).toEqual([]);
    expect(steps.every((step) => step.predicted.milliseconds === 1)).toBe(true);
    expect((await command.here.run(args)).stdout).toMatch(/Time: +\d+\.0 ms predicted \(nine times in ten/);
  });

  it('says which layers run as they are written, between parts that are planned', async () => {
    const spec = await save('classes.json', {
      name: 'classes',
      nodes: [
        { id: 'input', kind: 'input', params: { shape: [3, 8, 8] } },
        { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 4, kernel: 1 } },
        { id: 'classes', kind: 'argMax', from: 'conv' },
        { id: 'root', kind: 'sqrt', from: 'classes' },
        { id: 'output', kind: 'output', from: 'root' },
      ],
    });
    const { steps, memory } = (await command.here.json(['plan', spec, '--format', 'json'])) as {
      memory: { totalBytes: number };
      steps: { macs: number; nodes: string[]; algorithm: string; output: number[] }[];
    };
    const written = steps.filter(({ algorithm }) => algorithm === 'reference');
    expect(written).toEqual([
      { nodes: ['classes'], algorithm: 'reference', output: [1, 8, 8], layout: 'dense', macs: 0 },
    ]);
    expect(steps.reduce((sum, { macs }) => sum + macs, 0)).toBe(3 * 4 * 64);
    expect(memory.totalBytes).toBeGreaterThan(0);
  });
});

describe('bad usage and unreadable input', () => {
  it.each([
    [[]],
    [['bogus']],
    [['summary']],
    [['summary', 'zoo:vgg16', '--format', 'xml']],
    [['summary', 'zoo:vgg16', '--input', '3,0,224']],
    [['summary', 'zoo:nothing']],
    [['summary', 'missing.json']],
    [['summary', 'missing\nnetwright: all is well.json']],
    [['summary', '.']],
    [['lint', 'zoo:vgg16', '--preset', 'inception']],
    [['lint', 'zoo:vgg16', '--max-warnings', 'few']],
    [['check', 'zoo:vgg16']],
    [['check', 'zoo:vgg16', '--macs', '5%']],
    [['check', 'zoo:vgg16', '--macs', 'lots']],
    [['diff', 'zoo:vgg16']],
    [['convert', 'zoo:vgg16', 'no/such/folder/x.json']],
  ])('%j ends with 2 and no stack trace', async (args) => {
    const { code, stderr } = await command.here.run(args);
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/\n\s+at |node:internal/);
    expect(stderr.length).toBeGreaterThan(10);
    expect(stderr).not.toMatch(/^netwright: all is well/m);
  });

  it('points at the mistakes in a spec', async () => {
    await save(
      'wrong.json',
      '{"netwright": 1,\n"nodes": [{"id": "a", "kind": "conv2"},\n{"id": "b", "kind": "relu", "from": "c"}]}',
    );
    const { code, stderr } = await command.here.run(['summary', 'wrong.json']);
    expect(code).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^netwright: wrong\.json:2:\d+ \(\$\.nodes\[0\]\.kind\): .*"conv2d"/),
      expect.stringMatching(/^netwright: wrong\.json:3:\d+ \(\$\.nodes\[1\]\.from\): /),
    ]);
  });

  it('refuses newer specs and files that are no text', async () => {
    await save('newer.json', '{"netwright": 99, "nodes": []}');
    expect((await command.here.run(['summary', 'newer.json'])).stderr).toContain('newer Netwright');
    await writeFile(file('binary.json'), new Uint8Array([0xff, 0xfe, 0x00, 0x80]));
    expect((await command.here.run(['summary', 'binary.json'])).stderr).toContain('not UTF-8');
  });
});

describe('help', () => {
  it.each([
    'zoo',
    'summary',
    'lint',
    'check',
    'diff',
    'report',
    'textconv',
    'merge',
    'convert',
    'draw',
    'run',
    'plan',
    'schema',
  ])('%s has examples', async (name) => {
    const { code, stdout } = await command.here.run([name, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`$ netwright ${name}`);
  });

  it('lists all commands, and the version', async () => {
    expect((await command.run(['--help'])).stdout).toContain('Exit codes');
    const about = JSON.parse(await readFile(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await command.run(['--version'])).stdout).toBe(`${about.version}\n`);
  });
});

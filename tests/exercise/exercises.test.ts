import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import type { Answers } from '../../shared/exercise/exercise.ts';
import { exerciseJsonSchema } from '../../shared/exercise/json-schema.ts';
import { judge } from '../../shared/exercise/judge.ts';
import { readExercise } from '../../shared/exercise/read.ts';
import { specJsonSchema } from '../../shared/formats/spec/json-schema.ts';
import { readSpecObject } from '../../shared/formats/spec/read.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import type { Design } from '../../shared/graph/design.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { runHere } from '../cli/in-process.ts';

const folder = join(import.meta.dirname, '../../assets/exercises');
const names = readdirSync(folder).filter((name) => name.endsWith('.exercise.json'));
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

function exerciseOf(name: string) {
  const read = readExercise(textOf(name));
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.value;
}

type Node = readonly [id: string, kind: string, from?: string | readonly string[], params?: object];

function designOf(...nodes: readonly Node[]): Design {
  const read = readSpecObject({
    netwright: 3,
    nodes: nodes.map(([id, kind, from, params]) => ({
      id,
      kind,
      ...(from === undefined ? {} : { from }),
      ...(params === undefined ? {} : { params }),
    })),
  });
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'));
  return read.value;
}

const vggUpTo = (nodes: readonly Node[], width = 1): readonly Node[] => {
  const all: Node[] = [['input', 'input']];
  let from = 'input';
  for (const [stage, convolutions] of [2, 2, 3, 3, 3].entries()) {
    for (let i = 1; i <= convolutions; i++) {
      const channels = Math.round(Math.min(512, 64 << stage) * width);
      all.push([`conv${stage}_${i}`, 'conv2d', from, { channels, padding: 1 }]);
      all.push([`relu${stage}_${i}`, 'relu', `conv${stage}_${i}`]);
      from = `relu${stage}_${i}`;
    }
    if (stage === 4 && nodes[0]?.[0] === 'gap') continue;
    all.push([`pool${stage}`, 'maxPool', from]);
    from = `pool${stage}`;
  }
  const [[id, kind], ...rest] = nodes as [Node, ...Node[]];
  return [...all, [id, kind, from], ...rest];
};

interface Solution {
  readonly answers?: Answers;
  readonly design?: Design;
}

/** How a student solves each; figures of the tables are the lecture's. */
const solutions: Readonly<Record<string, Solution>> = {
  '01-alexnet-table': {
    answers: {
      'conv1.shape': '64x56x56',
      'conv1.macs': '72,855,552',
      'pool1.shape': '64×27×27',
      'conv2.params': '307392',
      'conv2.macs': '223 948 800',
      'pool2.memory': '126.8',
      'conv3.shape': '384 x 13 x 13',
      'conv4.params': '884,992',
      'conv5.macs': '99,680,256',
      'pool5.shape': '256*6*6',
      'fc6.params': '37,752,832',
      'fc8.macs': '4,096,000',
    },
  },
  '02-vgg-arithmetic': {
    answers: {
      // 36·H·W·C² with C = 128 and H = W = 56, twice.
      'conv3_2.shape': '256×56×56',
      'conv3_2.memory': '3136',
      'conv3_2.params': '590,080',
      'conv3_2.macs': '1,849,688,064',
      'conv4_2.shape': '512×28×28',
      'conv4_2.memory': '1568',
      'conv4_2.params': '2,359,808',
      'conv4_2.macs': '1,849,688,064',
    },
  },
  '03-two-small-for-one-large': {
    design: designOf(
      ['input', 'input', undefined, { shape: [64, 56, 56] }],
      ['a', 'conv2d', 'input', { channels: 64, padding: 1, bias: false }],
      ['b', 'conv2d', 'a', { channels: 64, padding: 1, bias: false }],
      ['output', 'output', 'b'],
    ),
  },
  '04-average-instead-of-fc': {
    design: designOf(
      ...vggUpTo([
        ['gap', 'globalAvgPool'],
        ['flatten', 'flatten', 'gap'],
        ['fc', 'linear', 'flatten', { features: 1000 }],
        ['output', 'output', 'fc'],
      ]),
    ),
  },
  '05-thirty-per-cent-less': {
    design: designOf(
      ...vggUpTo(
        [
          ['flatten', 'flatten'],
          ['fc6', 'linear', 'flatten', { features: 4096 }],
          ['fc8', 'linear', 'fc6', { features: 1000 }],
          ['output', 'output', 'fc8'],
        ],
        0.75,
      ),
    ),
  },
  '06-a-shortcut-that-fits': {
    design: designOf(
      ['input', 'input', undefined, { shape: [3, 32, 32] }],
      ['stem', 'conv2d', 'input', { channels: 16, padding: 1 }],
      ['relu0', 'relu', 'stem'],
      ['conv1', 'conv2d', 'relu0', { channels: 32, stride: 2, padding: 1 }],
      ['relu1', 'relu', 'conv1'],
      ['conv2', 'conv2d', 'relu1', { channels: 32, padding: 1 }],
      ['project', 'conv2d', 'relu0', { channels: 32, kernel: 1, stride: 2 }],
      ['sum', 'add', ['conv2', 'project']],
      ['relu2', 'relu', 'sum'],
      ['gap', 'globalAvgPool', 'relu2'],
      ['flatten', 'flatten', 'gap'],
      ['fc', 'linear', 'flatten', { features: 10 }],
      ['output', 'output', 'fc'],
    ),
  },
  '07-bottleneck': {
    design: designOf(
      ['input', 'input', undefined, { shape: [256, 28, 28] }],
      ['a', 'conv2d', 'input', { channels: 64, kernel: 1, bias: false }],
      ['b', 'conv2d', 'a', { channels: 64, padding: 1, bias: false }],
      ['c', 'conv2d', 'b', { channels: 256, kernel: 1, bias: false }],
      ['sum', 'add', ['c', 'input']],
      ['output', 'output', 'sum'],
    ),
  },
  '08-depthwise': {
    design: designOf(
      ['input', 'input', undefined, { shape: [128, 56, 56] }],
      ['a', 'conv2d', 'input', { channels: 128, groups: 128, padding: 1, bias: false }],
      ['b', 'conv2d', 'a', { channels: 128, kernel: 1, bias: false }],
      ['output', 'output', 'b'],
    ),
  },
  '09-aggressive-stem': {
    design: designOf(
      ['input', 'input'],
      ['conv1', 'conv2d', 'input', { kernel: 7, stride: 2, padding: 3 }],
      ['pool1', 'maxPool', 'conv1', { kernel: 3, ceilMode: true }],
      ['reduce', 'conv2d', 'pool1', { channels: 48, kernel: 1 }],
      ['conv2', 'conv2d', 'reduce', { channels: 256, padding: 1 }],
      ['pool2', 'maxPool', 'conv2', { kernel: 3, ceilMode: true }],
      ['output', 'output', 'pool2'],
    ),
  },
  '10-see-more': {
    design: produce(exerciseOf('10-see-more.exercise.json').start, (draft) => {
      setParams(['conv3'], { dilation: [4, 4], padding: [4, 4, 4, 4] })(draft);
    }),
  },
};

const validate = new Ajv2020({ strict: false }).addSchema(specJsonSchema()).compile(exerciseJsonSchema());

describe('exercises that ship', () => {
  it('are ten, each with a solution here', () => {
    expect(names.map((name) => name.replace('.exercise.json', ''))).toEqual(Object.keys(solutions));
    expect(names.length).toBe(10);
  });

  it.each(Object.entries(solutions))(
    '%s is not solved at the start, and solved by its solution',
    (name, solution) => {
      const exercise = exerciseOf(`${name}.exercise.json`);
      expect(judge(exercise, exercise.start).done).toBe(false);
      const { design = exercise.start, answers = {} } = solution;
      expect(judge(exercise, design, answers)).toMatchObject({ done: true });
    },
  );

  it.each(names)('%s is as the schema says, in both languages', (name) => {
    validate(JSON.parse(textOf(name)));
    expect(validate.errors).toBeNull();
    const { title, task, hints } = exerciseOf(name);
    for (const told of [title, task, ...hints]) expect(told.zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('judging', () => {
  const exercise = exerciseOf('03-two-small-for-one-large.exercise.json');

  it('leaves what is unknown unmet', () => {
    const broken = designOf(
      ['input', 'input', undefined, { shape: [64, 2, 2] }],
      ['a', 'conv2d', 'input', { kernel: 9 }],
      ['output', 'output', 'a'],
    );
    expect(judge(exercise, broken)).toMatchObject({ sound: false, keepsShapes: false, done: false });
    expect(judge(exercise, broken).checks.map(({ actual, met }) => [actual, met])).toEqual(
      exercise.checks.map(() => [undefined, false]),
    );
  });

  it('tells a wrong answer from none', () => {
    const table = exerciseOf('01-alexnet-table.exercise.json');
    const { cells } = judge(table, table.start, { 'conv1.macs': '72,855,553', 'conv1.shape': ' ' });
    const met = (key: string) => cells.find(({ cell }) => `${cell.node}.${cell.figure}` === key)?.met;
    expect(met('conv1.macs')).toBe(false);
    expect(met('conv1.shape')).toBeUndefined();
  });
});

describe('reading an exercise', () => {
  const good = {
    exercise: 1,
    title: 'A',
    task: 'B',
    start: 'zoo:lenet',
    checks: [{ measure: 'macs', atMost: '-30%' }],
  };

  it.each([
    [{}, 'not an exercise'],
    [{ ...good, exercise: 2 }, 'not an exercise'],
    [{ ...good, start: 'zoo:nothing' }, 'no published network'],
    [{ ...good, start: { netwright: 3 } }, '"nodes"'],
    [{ ...good, checks: [{ measure: 'flops', atMost: 1 }] }, 'must be one of macs'],
    [{ ...good, checks: [{ measure: 'macs' }] }, 'needs "atLeast" or "atMost"'],
    [{ ...good, checks: [{ measure: 'macs', atMost: 'little' }] }, 'a change such as'],
    [{ ...good, checks: [] }, 'something to be judged by'],
    [{ ...good, table: { rows: ['conv9'], hidden: [] } }, 'no layer "conv9"'],
    [{ ...good, table: { rows: [], hidden: ['conv1.colour'] } }, 'a figure such as'],
    [{ ...good, hint: 'x' }, 'no key "hint"'],
    [{ ...good, title: { zh: '甲' } }, 'texts by language'],
  ])('says what is wrong with %j', (json, message) => {
    const read = readExercise(JSON.stringify(json));
    expect(read.ok ? '' : read.problems.map((problem) => problem.message).join('\n')).toContain(message);
  });
});

describe('netwright check --exercise', () => {
  const at = mkdtempSync(join(tmpdir(), 'netwright-exercise-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(at, name), text);
    return join(at, name);
  };

  it('judges as the app does: 1 while it is not solved, 0 when it is', async () => {
    const exercise = join(folder, '08-depthwise.exercise.json');
    const start = file('start.json', writeSpec(exerciseOf('08-depthwise.exercise.json').start));
    const unsolved = await runHere('check', start, '--exercise', exercise);
    expect(unsolved.code).toBe(1);
    // 3·3·128·128·56·56 multiply-adds; 15 % of that are allowed.
    expect(unsolved.out).toContain('not met: Multiply-adds: 462,422,016, at most 69,363,302 (-85 %)');
    const solved = file('solved.json', writeSpec(solutions['08-depthwise']!.design!));
    expect(await runHere('check', solved, '--exercise', exercise)).toMatchObject({ code: 0, err: '' });
  });

  it('takes answers to hidden cells from a file', async () => {
    const exercise = join(folder, '02-vgg-arithmetic.exercise.json');
    const answers = file('answers.json', JSON.stringify(solutions['02-vgg-arithmetic']!.answers));
    const right = await runHere('check', 'zoo:vgg16', '--exercise', exercise, '--answers', answers);
    expect(right.code).toBe(0);
    const none = await runHere('check', 'zoo:vgg16', '--exercise', exercise);
    expect(none).toMatchObject({ code: 1 });
    expect(none.out).toContain('conv4_2.macs (Multiply-adds): no answer');
  });

  it('refuses what is no exercise with its place', async () => {
    const broken = file(
      'broken.json',
      '{"exercise":1,"title":"A","task":"B","start":"zoo:lenet",\n"chekcs":[]}',
    );
    const said = await runHere('check', 'zoo:lenet', '--exercise', broken);
    expect(said.code).toBe(2);
    expect(said.err).toContain('broken.json:2');
  });
});

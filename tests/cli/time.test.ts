import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import about from '../../package.json' with { type: 'json' };
import { machineKey, writeCalibration } from '../../shared/runtime/time/calibration.ts';
import { lawNames, laws } from '../../shared/runtime/time/work.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await buildForTest();
});
afterAll(() => command.remove());

const one = ['--threads', '1'];

/** A machine where every step takes a millisecond, whatever it does: as many as there are steps. */
async function measureHere(): Promise<void> {
  const plan = (await command.here.json(['plan', 'zoo:lenet', ...one, '--format', 'json'])) as {
    variant: string;
  };
  const processor = cpus()[0]?.model.trim() || 'unknown processor';
  const model = Object.fromEntries(
    lawNames.map((law) => [law, { coefficients: [1, ...laws[law].map(() => 0)], spread: 0.1, steps: 9 }]),
  );
  const ceilings = { gigaflops: 50, gigabytesPerSecond: 10 };
  const cache = join(command.folder, 'cache');
  await mkdir(cache, { recursive: true });
  for (const threads of [1, availableParallelism()]) {
    const machine = { processor, threads, kernels: plan.variant, version: about.version };
    const calibration = writeCalibration({ machine, date: '', seconds: 1, model, ceilings });
    await writeFile(join(cache, `time-${machineKey(machine)}.json`), JSON.stringify(calibration));
  }
}

const asking: readonly (readonly string[])[] = [
  ['fit', 'zoo:lenet', '--time', '5ms'],
  ['fit', 'law:mobilenet_v2', '--time', '5ms', '--vary', 'alpha=0.5,1'],
  ['sweep', 'zoo:lenet', '--vary', 'width=0.5,1', '--time'],
  ['sweep', 'zoo:lenet', '--vary', 'width=0.5,1', '--pareto', 'time,params'],
  ['check', 'zoo:lenet', '--time', '5ms'],
  ['summary', 'zoo:lenet', '--time'],
];

describe('time as a quantity', () => {
  it.each(asking.map((args) => [args.join(' '), args] as const))(
    'is asked to be measured first: %s',
    async (_, args) => {
      const { code, stderr, stdout } = await command.here.run([...args, ...one]);
      expect(stderr).toContain('Measure it once: netwright calibrate --threads 1');
      expect(stdout).toBe('');
      expect(code).toBe(2);
    },
  );

  it.each([
    [['fit', 'zoo:lenet', '--time', '5'], '"20ms"'],
    [['check', 'zoo:lenet', '--time', 'soon'], '20ms'],
  ])('says its unit, or is refused: %j', async (args, forms) => {
    const { code, stderr } = await command.here.run(args);
    expect(stderr).toContain(forms);
    expect(code).toBe(2);
  });

  it('is limited, wished, listed and checked where the machine is known', async () => {
    await measureHere();
    const plan = (await command.here.json(['plan', 'zoo:resnet18', ...one, '--format', 'json'])) as {
      steps: unknown[];
    };
    const steps = plan.steps.length;

    // Fewer blocks are fewer steps.
    const { answers, original, proven, machine } = (await command.here.json([
      ...['fit', 'zoo:resnet18', '--time', `${steps - 2}ms`, '--vary', 'stage3.depth=1..2:1'],
      ...[...one, '--format', 'json'],
    ])) as {
      proven: boolean;
      machine: { threads: number };
      original: { time: number };
      answers: { time: number; interval: { low: number; high: number }; turned: unknown[] }[];
    };
    expect(original.time).toBe(steps);
    expect(answers).toHaveLength(1);
    expect(answers[0]!.time).toBe(steps - 2);
    expect(answers[0]!.interval.low).toBeLessThan(steps - 2);
    expect(answers[0]!.turned).toEqual([{ knob: 'stage3.depth', before: 2, after: 1 }]);
    // Both variants are planned.
    expect(proven).toBe(true);
    expect(machine.threads).toBe(1);

    const sweep = await command.here.run([
      ...['sweep', 'zoo:resnet18', '--vary', 'stage3.depth=1..2:1', '--time', '--format', 'ndjson', ...one],
    ]);
    const times = sweep.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { time: number }).time);
    expect(times[1]).toBeCloseTo(steps, 6);
    expect(times[0]).toBeLessThan(times[1]!);

    const within = await command.run(['check', 'zoo:resnet18', '--time', `${steps}ms`, ...one]);
    expect(within.stdout).toMatch(/Predicted time: \d+\.\d+: within \(at most/);
    expect(within.code).toBe(0);
    const over = await command.here.run([
      ...['check', 'zoo:resnet18', '--time', `${steps - 1}ms`, '--format', 'json', ...one],
    ]);
    expect(over.code).toBe(1);
    expect(JSON.parse(over.stdout)).toMatchObject({
      within: false,
      quantities: [{}, {}, {}, { quantity: 'time', actual: steps, max: steps - 1, within: false }],
    });

    // Its rows add up, whether blocks are opened or not: to all but the step that brings the picture in.
    for (const open of [[], ['--open']]) {
      const summary = (await command.here.json([
        ...['summary', 'zoo:resnet18', '--time', ...open, '--format', 'json', ...one],
      ])) as {
        predicted: { milliseconds: number };
        layers: { predictedMilliseconds: number | null }[];
      };
      expect(summary.predicted.milliseconds).toBe(steps);
      const rows = summary.layers.map(({ predictedMilliseconds }) => predictedMilliseconds ?? 0);
      expect(rows.reduce((sum, row) => sum + row, 0)).toBe(steps - 1);
    }
  });

  it('is told of a change for its review, and by rules, where the machine is known', async () => {
    await measureHere();
    const stepsOf = async (id: string) =>
      ((await command.here.json(['plan', id, ...one, '--format', 'json'])) as { steps: unknown[] }).steps
        .length;
    const [before, after] = [await stepsOf('zoo:resnet18'), await stepsOf('zoo:resnet34')];
    const { stdout } = await command.here.run(['report', 'zoo:resnet18', 'zoo:resnet34', ...one]);
    const change = `+${(100 * (after / before - 1)).toFixed(2)} %`;
    expect(stdout).toContain(
      `| Predicted time | ${before.toFixed(1)} ms | ${after.toFixed(1)} ms | ${change} |  |  |`,
    );
    expect(stdout).toMatch(/^Times are predicted for .*, 1 thread\.$/m);
    expect(stdout).toContain(`| ${after.toFixed(1)} ms (${change}) | +`);
    // With other threads nothing was measured.
    const other = availableParallelism() === 7 ? '5' : '7';
    const unmeasured = await command.here.run(['report', 'zoo:resnet18', 'zoo:resnet34', '--threads', other]);
    expect(unmeasured.stdout).not.toContain('Predicted time');
  });

  it('is told by rules whichever command tells them, where the machine is known', async () => {
    await measureHere();
    for (const args of [
      ['lint', 'zoo:alexnet', '--preset', 'vgg'],
      ['watch', 'zoo:alexnet', '--once'],
    ]) {
      const { stdout } = await command.here.run(args);
      const findings = stdout.split('\n').filter((line) => /: warning: |^warning /.test(line));
      expect(findings.length).toBeGreaterThan(0);
      for (const line of findings) expect(line).toMatch(/Predicted on this machine: [\d.]+ ms/);
    }
  });
});

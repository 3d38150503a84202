import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten } from '../../../shared/analysis/flatten.ts';
import type { Backend } from '../../../shared/runtime/backend.ts';
import { runsByReference } from '../../../shared/runtime/plan/lowerings.ts';
import { makePlan } from '../../../shared/runtime/plan/plan.ts';
import { algorithmName } from '../../../shared/runtime/plan/steps.ts';
import { RunCancelled } from '../../../shared/runtime/run-error.ts';
import { calibrate } from '../../../shared/runtime/time/calibrate.ts';
import {
  machineKey,
  readCalibration,
  wasHeldUp,
  writeCalibration,
} from '../../../shared/runtime/time/calibration.ts';
import { practice } from '../../../shared/runtime/time/practice.ts';
import { predict } from '../../../shared/runtime/time/predict.ts';
import { lawNames, laws, planWork, type Work } from '../../../shared/runtime/time/work.ts';
import { zoo, zooEntry } from '../../../shared/zoo/index.ts';
import { networkOf } from '../networks.ts';

const target = { threads: 2, tilePixels: 4, panelChannels: 8 };
const machine = { processor: 'Some processor', threads: 2, kernels: 'relaxed', version: '1.2.3' };

function flat(design: Parameters<typeof analyze>[0]): FlatNetwork {
  const network = flatten(analyze(design));
  if (!network.ok) throw new Error(`${design.name}: ${network.problems[0]!.message}`);
  return network.value;
}

/** A machine of which every cost is known: 10 µs a step, and for each amount of its law so many picoseconds. */
const costOf = ({ amounts }: Work): number => 0.01 + amounts.reduce((sum, amount) => sum + amount * 2e-8, 0);

/** An engine that runs nothing, and says that it took what that machine would take. */
function knownMachine(onRun: () => void = () => {}): Backend {
  return {
    name: 'known',
    async prepare(network) {
      const plan = makePlan(network, { target });
      if (!plan.ok) throw new Error(plan.problems[0]!.message);
      const works = planWork(plan.value);
      const profile = plan.value.steps.map((step, i) => ({
        nodes: step.nodes,
        algorithm: algorithmName(step),
        milliseconds: costOf(works[i]!),
        macs: step.macs,
        bytes: 0,
      }));
      return {
        weightBytes: 0,
        activationBytes: 0,
        async run() {
          onRun();
          return { outputs: {}, milliseconds: 0, profile };
        },
        async release() {},
      };
    },
  };
}

const ticking = () => {
  let now = 0;
  return () => (now += 1);
};
const today = () => new Date('2026-01-02T03:04:05Z');
const known = await calibrate(knownMachine(), { target, machine, now: ticking(), today });

describe('calibration', () => {
  it('tries every kind of step that a plan can have, on networks that all run', () => {
    const seen = new Set(
      practice.flatMap((make) => {
        const network = flat(make());
        expect(network.steps.filter(({ kind, params }) => runsByReference(kind, params))).toEqual([]);
        const plan = makePlan(network, { target });
        return plan.ok ? planWork(plan.value).map(({ law }) => law) : [];
      }),
    );
    expect([...seen].sort()).toEqual([...lawNames].sort());
  });

  it('holds no published network: what is to be predicted is not learnt by heart', () => {
    const shapes = (network: FlatNetwork): string =>
      network.steps.map(({ kind, outputDims }) => `${kind} ${outputDims.join()}`).join(' ');
    const published = new Set(
      zoo.filter(({ featured }) => featured).map((entry) => shapes(flat(entry.build()))),
    );
    for (const make of practice) expect(published.has(shapes(flat(make())))).toBe(false);
  });

  it('of a machine whose costs are known predicts published networks to a tenth of a percent', () => {
    for (const id of ['resnet50', 'mobilenet_v2', 'efficientnet_b0', 'vgg16', 'densenet121', 'googlenet']) {
      const network = flat(zooEntry(id)!.build());
      const plan = makePlan(network, { target });
      if (!plan.ok) throw new Error(id);
      const wanted = planWork(plan.value).reduce((sum, work) => sum + costOf(work), 0);
      const found = predict(network, target, known.model);
      if (!found.ok) throw new Error(id);
      expect(found.value.unknown).toEqual([]);
      expect(found.value.steps.map(({ nodes }) => nodes)).toEqual(plan.value.steps.map(({ nodes }) => nodes));
      expect(Math.abs(found.value.total.milliseconds / wanted - 1), id).toBeLessThan(1e-3);
      expect(found.value.total.low).toBeLessThanOrEqual(wanted);
      expect(found.value.total.high).toBeGreaterThanOrEqual(wanted);
    }
  });

  it('says what is not known, where a layer runs as it is written', () => {
    const network = networkOf([
      { id: 'x', kind: 'input', params: { shape: [3, 8, 8] } },
      { id: 'c', kind: 'conv2d', params: { channels: 4 }, from: ['x'] },
      { id: 'a', kind: 'argMax', from: ['c'] },
    ]);
    const found = predict(network, target, known.model);
    if (!found.ok) throw new Error('no plan');
    expect(found.value.unknown).toEqual(['a']);
    expect(found.value.total.milliseconds).toBeGreaterThan(0);
  });

  it('stops when it is cancelled', async () => {
    const stop = new AbortController();
    let runs = 0;
    const cancelled = calibrate(
      knownMachine(() => {
        if (++runs === 40) stop.abort();
      }),
      { target, machine, signal: stop.signal },
    );
    await expect(cancelled).rejects.toBeInstanceOf(RunCancelled);
    expect(runs).toBeLessThan(100);
  });

  it('takes no second round where the first took long', async () => {
    let now = 0;
    let runs = 0;
    await calibrate(
      knownMachine(() => {
        runs++;
      }),
      { target, machine, now: () => (now += 400), today },
    );
    // One first run and two more of each network, which then has had its patience: no round beyond the first.
    expect(runs).toBeLessThan(4 * (practice.length + 1));
  });
});

describe('a calibration on a machine that others use', () => {
  const spread = (product: number) => ({
    model: { product: { coefficients: [], spread: product, steps: 99 } },
  });
  it('is known by how far steps that are alike differ', () => {
    expect(wasHeldUp(known)).toBe(false);
    expect(wasHeldUp(spread(0.3))).toBe(false);
    expect(wasHeldUp(spread(4.9))).toBe(true);
    expect(wasHeldUp({ model: { ...known.model, doubt: 0.4 } })).toBe(false);
    expect(wasHeldUp({ model: { ...known.model, doubt: 3 } })).toBe(true);
  });
});

describe('a calibration that is kept', () => {
  const json: unknown = JSON.parse(JSON.stringify(writeCalibration(known)));

  it('is read as it was written', () => {
    expect(readCalibration(json, machine)).toEqual(known);
    expect(known.date).toBe('2026-01-02T03:04:05.000Z');
  });

  it.each(['processor', 'threads', 'kernels', 'version'] as const)('is of no use with another %s', (name) => {
    const other = { ...machine, [name]: name === 'threads' ? 1 : 'another' };
    expect(readCalibration(json, other)).toBeUndefined();
    expect(machineKey(other)).not.toBe(machineKey(machine));
  });

  it('has a name that can be a file’s', () => {
    expect(machineKey({ ...machine, processor: '../../Intel(R) Core(TM) i7 @ 3.00GHz' })).toMatch(
      /^[A-Za-z0-9.-]{1,120}$/,
    );
    expect(machineKey({ ...machine, processor: 'x'.repeat(5000) }).length).toBe(120);
  });

  it('is nothing where it is damaged', () => {
    const good = json as { laws: Record<string, { costs: number[] }> };
    const spoilt: readonly unknown[] = [
      null,
      [],
      {},
      { ...good, form: 1 },
      { ...good, doubt: 'much' },
      { ...good, doubt: -1 },
      { ...good, seconds: -1 },
      { ...good, date: 5 },
      { ...good, ceilings: { gigaflops: 1 } },
      { ...good, laws: [] },
      { ...good, laws: { pool: { ...good.laws.pool, costs: [1] } } },
      { ...good, laws: { pool: { ...good.laws.pool, costs: laws.pool.map(() => Number.NaN) } } },
    ];
    for (const each of spoilt) expect(readCalibration(each, machine)).toBeUndefined();
  });
});

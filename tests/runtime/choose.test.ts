import { expect, test } from 'vitest';
import { messages } from '../../shared/base/problem.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { fastestMachine, rememberInMemory, withFallback } from '../../shared/runtime/choose.ts';
import type { Machine } from '../../shared/runtime/machine.ts';
import { RunError } from '../../shared/runtime/run-error.ts';
import { networkOf } from './networks.ts';

const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 4, 4], batched: true } },
  { id: 'r', kind: 'relu', from: ['x'] },
]);
const feeds = { x: Tensor.zeros([1, 3, 4, 4]) };

/** A clock that only runs move, and machines whose runs take a known time on it. */
function world() {
  let time = 0;
  const log: string[] = [];
  const machine = (
    name: string,
    milliseconds: number,
    fail?: { prepare?: string; run?: string },
  ): Machine => ({
    name,
    async prepare() {
      log.push(`prepare ${name}`);
      if (fail?.prepare) throw failure(fail.prepare);
      return {
        weightBytes: 1,
        activationBytes: 2,
        async run() {
          if (fail?.run) throw failure(fail.run);
          time += milliseconds;
          return { outputs: { y: new Tensor('float32', Float32Array.of(milliseconds)) }, milliseconds };
        },
        async release() {
          log.push(`release ${name}`);
        },
      };
    },
  });
  return { machine, log, now: () => time };
}

function failure(code: string): RunError {
  const say = messages('test', { [code]: [`It is ${code}.`, 'Try another.'] });
  return new RunError(say.at({}, code));
}

test('keeps the fastest, lets the others go, and says what it measured', async () => {
  const { machine, log, now } = world();
  const auto = fastestMachine(
    [{ machine: machine('cpu', 20) }, { machine: machine('webgl', 5) }],
    rememberInMemory(),
    now,
  );
  const executable = await auto.prepare(network, {});
  expect(executable.choice).toEqual({ machine: 'webgl', why: 'measured here: cpu 20 ms, webgl 5.0 ms' });
  expect(log).toEqual(['prepare cpu', 'prepare webgl', 'release cpu']);
});

test('measures a design once', async () => {
  const { machine, log, now } = world();
  const memory = rememberInMemory();
  const candidates = [{ machine: machine('cpu', 4) }, { machine: machine('webgl', 5) }];
  await fastestMachine(candidates, memory, now).prepare(network, {});
  log.length = 0;
  const again = await fastestMachine(candidates, memory, now).prepare(network, {});
  expect(log).toEqual(['prepare cpu']);
  expect(again.choice?.machine).toBe('cpu');
});

test('passes over what cannot run it or is not worth a try, with the reason', async () => {
  const { machine, now } = world();
  const auto = fastestMachine(
    [
      { machine: machine('webgl', 5, { prepare: 'too-large-for-webgl' }) },
      { machine: machine('cpu', 20) },
      { machine: machine('slow', 90), objection: () => 'it is a software rasteriser' },
    ],
    rememberInMemory(),
    now,
  );
  const { choice } = await auto.prepare(network, {});
  expect(choice).toEqual({
    machine: 'cpu',
    why: 'webgl cannot run it: It is too-large-for-webgl.; slow was not tried: it is a software rasteriser',
  });
});

test('fails with the last problem when no machine can', async () => {
  const { machine, now } = world();
  const auto = fastestMachine(
    [{ machine: machine('webgl', 5, { prepare: 'webgl-unavailable' }) }],
    rememberInMemory(),
    now,
  );
  await expect(auto.prepare(network, {})).rejects.toMatchObject({ problem: { code: 'webgl-unavailable' } });
});

test.each(['webgl-context-lost', 'webgl-out-of-memory'])(
  'goes on elsewhere when a run fails with %s',
  async (code) => {
    const { machine, log } = world();
    const executable = await withFallback(machine('webgl', 5, { run: code }), machine('cpu', 20)).prepare(
      network,
      {},
    );
    expect(executable.choice).toBeUndefined();
    expect((await executable.run(feeds)).milliseconds).toBe(20);
    expect(executable.choice).toEqual({ machine: 'cpu', why: `fell back: It is ${code}.` });
    expect(log).toEqual(['prepare webgl', 'prepare cpu', 'release webgl']);
  },
);

test('starts elsewhere when the device is missing, but hides no other failure', async () => {
  const { machine } = world();
  const missing = await withFallback(
    machine('webgl', 5, { prepare: 'webgl-unavailable' }),
    machine('cpu', 20),
  ).prepare(network, {});
  expect(missing.choice?.machine).toBe('cpu');
  const broken = withFallback(machine('webgl', 5, { prepare: 'feed-does-not-fit' }), machine('cpu', 20));
  await expect(broken.prepare(network, {})).rejects.toMatchObject({ problem: { code: 'feed-does-not-fit' } });
});

import { expect, test } from 'vitest';
import { inWords } from '../../shared/base/messages.ts';
import { messages } from '../../shared/base/problem.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import type { Backend, BackendChoice } from '../../shared/runtime/backend.ts';
import { fastestBackend, rememberInMemory, withFallback } from '../../shared/runtime/choose.ts';
import { RunError } from '../../shared/runtime/run-error.ts';
import { networkOf } from './networks.ts';

const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 4, 4], batched: true } },
  { id: 'r', kind: 'relu', from: ['x'] },
]);
const feeds = { x: Tensor.zeros([1, 3, 4, 4]) };

/** A clock that only runs move, and backends whose runs take a known time on it. */
function world() {
  let time = 0;
  const log: string[] = [];
  const backend = (
    name: string,
    milliseconds: number,
    fail?: { prepare?: string; run?: string },
  ): Backend => ({
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
  return { backend, log, now: () => time };
}

const reason = messages('test', { software: 'it is a software rasteriser' });

const told = (choice: BackendChoice | undefined) => choice && { ...choice, why: inWords(choice.why) };

function failure(code: string): RunError {
  const say = messages('test', { [code]: [`It is ${code}.`, 'Try another.'] });
  return new RunError(say.at({}, code));
}

test('keeps the fastest, lets the others go, and says what it measured', async () => {
  const { backend, log, now } = world();
  const auto = fastestBackend(
    [{ backend: backend('cpu', 20) }, { backend: backend('webgl', 5) }],
    rememberInMemory(),
    now,
  );
  const executable = await auto.prepare(network, {});
  expect(told(executable.choice)).toEqual({
    backend: 'webgl',
    why: 'measured here: cpu 20 ms, webgl 5.0 ms',
  });
  expect(log).toEqual(['prepare cpu', 'prepare webgl', 'release cpu']);
});

test('measures a design once', async () => {
  const { backend, log, now } = world();
  const memory = rememberInMemory();
  const candidates = [{ backend: backend('cpu', 4) }, { backend: backend('webgl', 5) }];
  await fastestBackend(candidates, memory, now).prepare(network, {});
  log.length = 0;
  const again = await fastestBackend(candidates, memory, now).prepare(network, {});
  expect(log).toEqual(['prepare cpu']);
  expect(again.choice?.backend).toBe('cpu');
});

test('passes over what cannot run it or is not worth a try, with the reason', async () => {
  const { backend, now } = world();
  const auto = fastestBackend(
    [
      { backend: backend('webgl', 5, { prepare: 'too-large-for-webgl' }) },
      { backend: backend('cpu', 20) },
      { backend: backend('slow', 90), objection: () => reason.part('software') },
    ],
    rememberInMemory(),
    now,
  );
  const { choice } = await auto.prepare(network, {});
  expect(told(choice)).toEqual({
    backend: 'cpu',
    why: 'webgl cannot run it: It is too-large-for-webgl.; slow was not tried: it is a software rasteriser',
  });
});

test('fails with the last problem when no backend can', async () => {
  const { backend, now } = world();
  const auto = fastestBackend(
    [{ backend: backend('webgl', 5, { prepare: 'webgl-unavailable' }) }],
    rememberInMemory(),
    now,
  );
  await expect(auto.prepare(network, {})).rejects.toMatchObject({ problem: { code: 'webgl-unavailable' } });
});

test.each(['webgl-context-lost', 'webgl-out-of-memory'])(
  'goes on elsewhere when a run fails with %s',
  async (code) => {
    const { backend, log } = world();
    const executable = await withFallback(backend('webgl', 5, { run: code }), backend('cpu', 20)).prepare(
      network,
      {},
    );
    expect(executable.choice).toBeUndefined();
    expect((await executable.run(feeds)).milliseconds).toBe(20);
    expect(told(executable.choice)).toEqual({ backend: 'cpu', why: `fell back: It is ${code}.` });
    expect(log).toEqual(['prepare webgl', 'prepare cpu', 'release webgl']);
  },
);

test('starts elsewhere when the device is missing, but hides no other failure', async () => {
  const { backend } = world();
  const missing = await withFallback(
    backend('webgl', 5, { prepare: 'webgl-unavailable' }),
    backend('cpu', 20),
  ).prepare(network, {});
  expect(missing.choice?.backend).toBe('cpu');
  const broken = withFallback(backend('webgl', 5, { prepare: 'feed-does-not-fit' }), backend('cpu', 20));
  await expect(broken.prepare(network, {})).rejects.toMatchObject({ problem: { code: 'feed-does-not-fit' } });
});

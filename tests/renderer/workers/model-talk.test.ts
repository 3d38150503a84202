import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type Port, talkOver } from '../../../renderer/talk/talk.ts';
import { modelOver, readOver, serveModel } from '../../../renderer/workers/model-talk.ts';
import type { ModelToRead, ReadModel } from '../../../renderer/workers/read-model.ts';
import { messages, type Result, succeed } from '../../../shared/base/problem.ts';
import { exportOnnx } from '../../../shared/formats/onnx/export.ts';
import { importOnnx } from '../../../shared/formats/onnx/import.ts';
import { type ByteSource, bytesSource, Refusal, refuseAt } from '../../../shared/formats/weights/source.ts';
import { loadWeights } from '../../../shared/formats/weights/store.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { networkOf, randomWeights } from '../../formats/random-network.ts';

const channels: MessageChannel[] = [];
afterEach(() => {
  for (const { port1, port2 } of channels.splice(0)) {
    port1.close();
    port2.close();
  }
});
/** Two ends of a channel: what goes through is cloned, as between a page and a worker. */
function ends(): readonly [Port, Port] {
  const channel = new MessageChannel();
  channels.push(channel);
  channel.port1.start();
  channel.port2.start();
  return [channel.port1, channel.port2] as unknown as readonly [Port, Port];
}

function throughWorker(model: ModelToRead): Promise<Result<ReadModel> | undefined> {
  const [page, worker] = ends();
  serveModel(worker);
  return readOver(modelOver(page, model), model);
}

const lenet = zooEntry('lenet')!.build();
const written = exportOnnx(lenet, randomWeights(networkOf(lenet), 'seed'));
if (!written.ok) throw new Error(written.problems[0]!.message);
const bytes = written.value;

const asked = (source: ByteSource, more: Partial<ModelToRead> = {}): ModelToRead => ({
  form: 'onnx',
  name: 'net',
  source,
  beside: async () => succeed(new Map()),
  shapes: async () => new Map(),
  ...more,
});

describe('a model that is read at the other end of a channel', () => {
  it('is the design that is read here, and so are its weights, whole and in parts', async () => {
    const [here, there] = [
      await importOnnx(bytesSource(bytes), { name: 'net' }),
      await throughWorker(asked(bytesSource(bytes))),
    ];
    if (!here.ok || !there?.ok) throw new Error('It was not read.');
    expect(there.value.design).toEqual(here.value.design);
    const weights = there.value.weights!;
    expect(await loadWeights(weights)).toEqual(await loadWeights(here.value.weights));
    const { conv1 } = weights;
    const whole = await conv1!.weight!.load();
    expect(await conv1!.weight!.part!(3, 5)).toEqual(whole.data.slice(3, 8));
  });

  it('is read in pieces that do not take the rest of the file along', async () => {
    const sizes: number[] = [];
    const [page, worker] = ends();
    const heard = page as unknown as { postMessage(message: unknown): void };
    const send = heard.postMessage.bind(heard);
    heard.postMessage = (message) => {
      const { value } = message as { readonly value?: unknown };
      if (value instanceof Uint8Array) sizes.push(value.buffer.byteLength - value.byteLength);
      send(message);
    };
    serveModel(worker);
    const model = asked(bytesSource(bytes));
    expect((await readOver(modelOver(page, model), model))?.ok).toBe(true);
    expect(sizes.length).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBe(0);
  });

  it('is refused with the same words', async () => {
    for (const damaged of [bytes.subarray(0, 200), new Uint8Array(50).fill(7)]) {
      const here = await importOnnx(bytesSource(damaged), { name: 'net' });
      const there = await throughWorker(asked(bytesSource(damaged)));
      expect(here.ok).toBe(false);
      expect(there).toEqual(here);
    }
  });

  it('asks the page for shapes, and gives up where it is told to', async () => {
    const traced = new Uint8Array(readFileSync('tests/fuzz/seeds/traced.pt'));
    const seen: string[] = [];
    const model = asked(bytesSource(traced), {
      form: 'torchscript',
      shapes: async (inputs) => {
        seen.push(...inputs.map(({ name }) => name));
        return undefined;
      },
    });
    expect(await throughWorker(model)).toBeUndefined();
    expect(seen).toHaveLength(1);
  });

  it('is refused for what its file is refused for', async () => {
    const gone: ByteSource = {
      size: bytes.length,
      read: async (offset) => {
        throw refuseAt(offset, messages('tests/gone', { gone: ['It is gone.', 'Open it again.'] })('gone'));
      },
    };
    expect(await throughWorker(asked(gone))).toMatchObject({ ok: false, problems: [{ code: 'gone' }] });
  });
});

describe('two sides that talk', () => {
  it('hear of refusals, of faults, and of the other side’s end', async () => {
    const [here, there] = ends();
    const never = new Promise<never>(() => {});
    talkOver(there, {
      refuse: async () => {
        throw refuseAt(3, messages('tests/talk', { no: ['No.', 'Ask for something else.'] })('no'));
      },
      break: async () => {
        throw new TypeError('It broke.');
      },
      wait: () => never,
    });
    const talk = talkOver<Record<'refuse' | 'break' | 'wait', (asked: number) => Promise<unknown>>>(here, {});
    await expect(talk.ask('refuse', 1)).rejects.toBeInstanceOf(Refusal);
    await expect(talk.ask('break', 2)).rejects.toThrow('It broke.');
    const waiting = expect(talk.ask('wait', 3)).rejects.toThrow('The worker ended.');
    talk.end(new Error('The worker ended.'));
    await waiting;
  });
});

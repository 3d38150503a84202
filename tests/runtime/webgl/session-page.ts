import { Tensor } from '../../../shared/base/tensor.ts';
import type { WeightStore } from '../../../shared/runtime/backend.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';
import { DesignSession, registerBackend } from '../../../shared/runtime/session.ts';
import { webglBackend } from '../../../shared/runtime/webgl/backend.ts';
import {
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from '../networks.ts';

registerBackend(webglBackend());

const contexts: WebGL2RenderingContext[] = [];
const { prototype } = OffscreenCanvas;
const getContext = prototype.getContext as (...args: unknown[]) => unknown;
Reflect.set(prototype, 'getContext', function (this: OffscreenCanvas, ...args: unknown[]) {
  const context = getContext.apply(this, args);
  if (context instanceof WebGL2RenderingContext && !contexts.includes(context)) contexts.push(context);
  return context;
});

const network = networkOf([
  { id: 'x', kind: 'input', params: { shape: [3, 12, 12], batched: true } },
  { id: 'conv', kind: 'conv2d', params: { channels: 8, padding: 'same' }, from: ['x'] },
  { id: 'bent', kind: 'relu', from: ['conv'] },
  { id: 'y', kind: 'output', from: ['bent'] },
]);
const next = randomNumbers(5);
const weights = randomWeights(network, next);
const feeds = { x: randomTensor([1, 3, 12, 12], next) };
const expected = runReference(network, weights, feeds).get('bent')!;

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof RunError ? error.problem.code : String(error)),
  );

/** Whether a session gives the right numbers. */
async function isRight(session: DesignSession): Promise<boolean> {
  return relativeError((await session.run(feeds)).y!, expected) <= 1e-4;
}

const create = (store: WeightStore) => DesignSession.create(network, { backend: 'webgl', weights: store });

/** Weights of another shape: what is said, and what was made on the device before. */
async function misfit(): Promise<{ readonly code: string; readonly contexts: number }> {
  const before = contexts.length;
  const store = { ...weights, conv: { ...weights.conv, weight: Tensor.zeros([8, 3, 5, 5]) } };
  return { code: await codeOf(create(store)), contexts: contexts.length - before };
}

/** Two sessions at once and one after a cancelled one: whether all are right, and on how many contexts. */
async function together(): Promise<{ readonly right: readonly boolean[]; readonly contexts: number }> {
  const sessions = await Promise.all([create(weights), create(weights)]);
  const right = await Promise.all(sessions.map(isRight));
  const controller = new AbortController();
  controller.abort();
  const cancelled = DesignSession.create(network, {
    backend: 'webgl',
    weights,
    signal: controller.signal,
  });
  if ((await codeOf(cancelled)) === 'none') throw new Error('It was not cancelled.');
  await sessions[0]!.release();
  const third = await create(weights);
  right.push(await isRight(third), await isRight(sessions[1]!));
  await third.release();
  await sessions[1]!.release();
  return { right, contexts: contexts.length };
}

/** A context lost for good: how the run ends, and whether a session made after that has one of its own and is right. */
async function anew(): Promise<{
  readonly code: string;
  readonly right: boolean;
  readonly contexts: number;
}> {
  const before = contexts.length;
  const session = await create(weights);
  contexts.at(-1)!.getExtension('WEBGL_lose_context')!.loseContext();
  const code = await codeOf(session.run(feeds));
  await session.release();
  const later = await create(weights);
  const right = await isRight(later);
  await later.release();
  return { code, right, contexts: contexts.length - before };
}

const sessionPage = { misfit, together, anew };
export type SessionPage = typeof sessionPage;
Object.assign(globalThis, { sessionPage });

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peersFolder } from './install.ts';

/** A tensor that onnxruntime is fed: of float32 where nothing is said. */
interface Fed {
  readonly type?: string;
  readonly data: ArrayLike<number | bigint | string>;
  readonly dims: readonly number[];
}
type Feeds = Readonly<Record<string, Fed>>;

/** A tensor that it gives. */
interface Given<Data> {
  readonly data: Data;
  readonly dims: readonly number[];
}

interface Session<Data> {
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, Given<Data>>>>;
}
interface Library<Data> {
  readonly Tensor: new (type: string, data: Fed['data'], dims: readonly number[]) => object;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, string | number>>): Promise<Session<Data>>;
  };
}

interface Options {
  /** Whether it may rewrite the model before it runs it. */
  readonly graphOptimizationLevel?: 'disabled';
}

/**
 * A model, opened in onnxruntime. It has one thread: more of them wait for work by spinning, which takes the processors away
 * from whatever runs beside.
 */
export async function openInOnnxruntime<Data = Float32Array>(
  model: Uint8Array,
  options: Options = {},
): Promise<{ run(feeds: Feeds): Promise<Readonly<Record<string, Given<Data>>>> }> {
  const { Tensor, InferenceSession } = createRequire(join(peersFolder, 'package.json'))(
    'onnxruntime-node',
  ) as Library<Data>;
  const session = await InferenceSession.create(model, {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    ...options,
  });
  return {
    async run(feeds) {
      const fed = Object.entries(feeds).map(([name, { type = 'float32', data, dims }]) => [
        name,
        new Tensor(type, data, dims),
      ]);
      const given = await session.run(Object.fromEntries(fed));
      return Object.fromEntries(
        Object.entries(given).map(([name, { data, dims }]) => [
          name,
          { data, dims: Array.from(dims, Number) },
        ]),
      );
    },
  };
}

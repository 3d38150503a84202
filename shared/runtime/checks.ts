import { elementCount, formatDims } from '../base/dims.ts';
import type { PhraseValue } from '../base/messages.ts';
import type { Problem } from '../base/problem.ts';
import { messages } from '../base/problem.ts';
import { Tensor, type TensorType } from '../base/tensor.ts';

export const say = messages('runtime/checks', {
  list: 'a list',
  object: 'an object',
  'feed-does-not-fit:nothing': [
    'Nothing was fed: {{given}} was given.',
    'Feed an object of tensors by the names of the inputs, each with as much data as its dims say.',
  ],
  'feed-does-not-fit:no-tensor': [
    'What was fed as "{{name}}" is {{given}}, no tensor.',
    'Feed an object of tensors by the names of the inputs, each with as much data as its dims say.',
  ],
  'feed-does-not-fit:extents': [
    'What was fed as "{{name}}" is of {{dims}}, which are no extents.',
    'Feed an object of tensors by the names of the inputs, each with as much data as its dims say.',
  ],
  'feed-does-not-fit': [
    'What was fed as "{{name}}" is of {{dims}}, {{elements}} elements, but its data has {{found}}.',
    'Feed an object of tensors by the names of the inputs, each with as much data as its dims say.',
  ],
  'options-invalid': ['The options of the run are {{given}}.', 'Give an object, or leave them out.'],
  'signal-invalid': [
    'What is to cancel the run is {{given}}, no AbortSignal.',
    'Give the signal of an AbortController, or leave it out.',
  ],
  'also-invalid': [
    'The nodes whose outputs are wanted, too, are {{given}}, no list of ids.',
    'Give a list of texts, or leave it out.',
  ],
  'progress-invalid': [
    'What is to be told of progress is {{given}}, no function.',
    'Give a function, or leave it out.',
  ],
});

/** Why what was fed are no tensors that hold what they say, whatever a caller without types may have given. */
export function feedsProblem(feeds: unknown): Problem | undefined {
  if (typeof feeds !== 'object' || feeds === null)
    return say.at({}, 'feed-does-not-fit:nothing', { given: describe(feeds) });
  for (const [name, fed] of Object.entries(feeds)) {
    const where = { node: name };
    const { dims, data } = (fed ?? {}) as { readonly dims?: unknown; readonly data?: unknown };
    if (!Array.isArray(dims) || !ArrayBuffer.isView(data) || !('length' in data))
      return say.at(where, 'feed-does-not-fit:no-tensor', { name, given: describe(fed) });
    if (!dims.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
      return say.at(where, 'feed-does-not-fit:extents', { name, dims: dims.join('×') });
    if (data.length !== elementCount(dims))
      return say.at(where, 'feed-does-not-fit', {
        name,
        dims: formatDims(dims),
        elements: elementCount(dims),
        found: Number(data.length),
      });
  }
  return undefined;
}

/** Why a run cannot be asked for with these options, whatever a caller without types may have given. */
export function optionsProblem(options: unknown): Problem | undefined {
  if (typeof options !== 'object' || options === null)
    return say.at({}, 'options-invalid', { given: describe(options) });
  const { signal, also = [], onProgress } = options as Readonly<Record<string, unknown>>;
  if (signal !== undefined && !isSignal(signal))
    return say.at({}, 'signal-invalid', { given: describe(signal) });
  if (!Array.isArray(also) || also.some((id) => typeof id !== 'string'))
    return say.at({}, 'also-invalid', { given: describe(also) });
  if (onProgress !== undefined && typeof onProgress !== 'function')
    return say.at({}, 'progress-invalid', { given: describe(onProgress) });
  return undefined;
}

function isSignal(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'aborted' in given && 'addEventListener' in given;
}

/** What a caller without types may have given, in words. */
export function describe(given: unknown): PhraseValue {
  if (Array.isArray(given)) return say.part('list');
  return typeof given === 'object' && given !== null ? say.part('object') : String(given);
}

/** The tensors as they are now: what a caller writes into its own while a run waits or goes on changes nothing. */
export function copied<T extends TensorType>(
  feeds: Readonly<Record<string, Tensor<T>>>,
): Readonly<Record<string, Tensor<T>>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, dims }]) => [
      name,
      new Tensor<T>(type, copyOf(data), [...dims]),
    ]),
  );
}

/** By the method of all typed arrays: that of Node's Buffer, which may be fed as bytes, copies nothing. */
function copyOf<T extends Tensor<TensorType>['data']>(data: T): T {
  return Uint8Array.prototype.slice.call(data) as unknown as T;
}

import { elementCount, formatDims } from '../base/dims.ts';
import type { Problem } from '../base/problem.ts';
import { Tensor, type TensorType } from '../base/tensor.ts';

/** Why what was fed are no tensors that hold what they say, whatever a caller without types may have given. */
export function feedsProblem(feeds: unknown): Problem | undefined {
  if (typeof feeds !== 'object' || feeds === null)
    return misfit({}, `Nothing was fed: ${describe(feeds)} was given.`);
  for (const [name, fed] of Object.entries(feeds)) {
    const what = `What was fed as "${name}" is`;
    const { dims, data } = (fed ?? {}) as { readonly dims?: unknown; readonly data?: unknown };
    if (!Array.isArray(dims) || !ArrayBuffer.isView(data) || !('length' in data))
      return misfit({ node: name }, `${what} ${describe(fed)}, no tensor.`);
    if (!dims.every((extent) => Number.isSafeInteger(extent) && extent >= 0))
      return misfit({ node: name }, `${what} of ${dims.join('×')}, which are no extents.`);
    if (data.length !== elementCount(dims))
      return misfit(
        { node: name },
        `${what} of ${formatDims(dims)}, ${elementCount(dims)} elements, but its data has ${data.length}.`,
      );
  }
  return undefined;
}

function misfit(where: Problem['where'], message: string): Problem {
  const hint =
    'Feed an object of tensors by the names of the inputs, each with as much data as its dims say.';
  return { code: 'feed-does-not-fit', where, message, hint };
}

function describe(given: unknown): string {
  if (Array.isArray(given)) return 'a list';
  return typeof given === 'object' && given !== null ? 'an object' : String(given);
}

/** The tensors as they are now: what a caller writes into its own while a run waits or goes on changes nothing. */
export function copied<T extends TensorType>(
  feeds: Readonly<Record<string, Tensor<T>>>,
): Readonly<Record<string, Tensor<T>>> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data, dims }]) => [
      name,
      new Tensor<T>(type, data.slice() as typeof data, [...dims]),
    ]),
  );
}

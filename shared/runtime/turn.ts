import { RunCancelled } from './run-error.ts';

export function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RunCancelled();
}

/** Lets whatever came in meanwhile be done, such as a message that cancels; sooner than a timer, which waits for 4 ms. */
export function giveTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Rejects as soon as it is cancelled, whether or not the work has noticed. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const cancel = (): void => reject(new RunCancelled());
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });
}

/** Pieces of work after each other, in the order in which they were asked for; one that fails does not keep others from theirs. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** For polling what does not call back. */
export function waitShortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

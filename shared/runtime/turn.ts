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

/** For polling what does not call back. */
export function waitShortly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}

import type { KernelMemory, Kernels } from '../kernels.ts';
import type { FromWorker, ToWorker } from '../protocol.ts';
import { instantiateKernels } from './kernel-code.ts';

const PAGE_WORDS = 1024;

/**
 * Has the system provide the pages of a memory, which may cost more time than filling them, while another thread fills
 * them from the start. Adds nothing to one word of each: what the other thread writes meanwhile stays.
 */
function touchPages({ buffer }: KernelMemory): void {
  const words = new Int32Array(buffer);
  for (let at = words.length - PAGE_WORDS; at >= 0; at -= PAGE_WORDS) Atomics.add(words, at, 0);
}

/** Answers messages: opens the kernels in the shared memory, then runs programs as one of its threads. */
export function serve(reply: (message: FromWorker) => void): (message: ToWorker) => void {
  let kernels: Promise<Kernels> | undefined;
  let thread = 0;
  let threads = 1;
  const fail = (error: unknown) =>
    reply({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  return (message) => {
    switch (message.type) {
      case 'open': {
        ({ thread, threads } = message);
        const { memory, touches } = message;
        kernels = instantiateKernels(message.module, memory);
        kernels
          .then(() => {
            reply({ type: 'ready' });
            if (touches) touchPages(memory);
          })
          .catch(fail);
        return;
      }
      case 'run': {
        const { id, program } = message;
        kernels
          ?.then(({ run }) => reply({ type: 'done', id, status: run(program, thread, threads, 0) }))
          .catch(fail);
        return;
      }
    }
  };
}

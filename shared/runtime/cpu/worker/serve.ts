import type { KernelMemory } from '../kernels.ts';
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

/**
 * Opens the kernels in the shared memory, then runs what is asked for there as one of its threads, until told to leave: a
 * thread that waits in the memory is awake sooner than one that waits for a message.
 */
export async function serve(
  { module, memory, thread, threads, seen, touches }: ToWorker,
  reply: (message: FromWorker) => void,
): Promise<void> {
  try {
    const kernels = await instantiateKernels(module, memory);
    reply({ type: 'ready' });
    if (touches) touchPages(memory);
    for (let call = kernels.nextCall(seen, thread); call !== 0; call = kernels.nextCall(call, thread)) {
      reply({ type: 'done', call, status: kernels.runCalled(thread, threads) });
    }
  } catch (error) {
    reply({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

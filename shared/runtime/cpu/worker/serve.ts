import type { FromWorker, ToWorker } from '../protocol.ts';

interface Program {
  run(program: number, thread: number, threads: number, deadline: number): number;
}

/** Answers messages: opens the kernels in the shared memory, then runs programs as one of its threads. */
export function serve(reply: (message: FromWorker) => void): (message: ToWorker) => void {
  let kernels: Promise<Program> | undefined;
  let thread = 0;
  let threads = 1;
  const fail = (error: unknown) =>
    reply({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  return (message) => {
    switch (message.type) {
      case 'open': {
        ({ thread, threads } = message);
        const memory = message.memory as WebAssembly.Memory;
        const env = { memory, now: () => performance.now(), abort: () => undefined };
        kernels = WebAssembly.instantiate(message.module as WebAssembly.Module, { env }).then(
          (instance) => instance.exports as { readonly run: CallableFunction } as Program,
        );
        kernels.then(() => reply({ type: 'ready' }), fail);
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

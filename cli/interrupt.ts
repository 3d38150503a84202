import { exitCodes } from './failure.ts';

/** Reads and writes of files under way. One that is a pipe may wait for ever for who is at its other end. */
let underWay = 0;

/** Reads or writes a file in a way that an interrupt ends. */
export async function interruptible<T>(task: () => Promise<T>): Promise<T> {
  underWay++;
  try {
    return await task();
  } finally {
    underWay--;
  }
}

/** Ends the process as one that was interrupted. */
export function endInterrupted(): void {
  if (underWay > 0 && process.platform !== 'win32') {
    // An exit would wait for what is under way; the signal itself waits for nothing, and shells see 130 as well.
    process.removeAllListeners('SIGINT');
    process.kill(process.pid, 'SIGINT');
  }
  process.exit(exitCodes.interrupted);
}

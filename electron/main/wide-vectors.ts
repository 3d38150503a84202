import { utilityProcess } from 'electron';

/** A trial takes half a second; one that hangs is ended. */
const TRIAL_MILLISECONDS = 20_000;

/** Runs the trial of the kernels in a process of its own, with wide vectors or without; resolves with what it prints. */
export function trialIn(script: string): (isWide: boolean) => Promise<string> {
  return (isWide) =>
    new Promise((resolve) => {
      const child = utilityProcess.fork(script, isWide ? ['wide'] : [], {
        stdio: ['ignore', 'pipe', 'ignore'],
        serviceName: 'Netwright: trial of the kernels',
      });
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      const timer = setTimeout(() => child.kill(), TRIAL_MILLISECONDS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve(text);
      });
    });
}

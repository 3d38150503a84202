import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import about from '../package.json' with { type: 'json' };
import { WideVectorsHere } from '../shared/disk/wide-vectors.ts';
import { pays } from '../shared/runtime/cpu/wide-vectors.ts';
import { besideCommand } from './beside.ts';
import { cacheFolder } from './calibrations.ts';
import { tell } from './i18n/language.ts';

const TRIAL_MILLISECONDS = 20_000;

function trial(isWide: boolean): Promise<string> {
  const script = fileURLToPath(new URL('node-trial.mjs', besideCommand('cpu')));
  return new Promise((resolve) => {
    const args = [script, ...(isWide ? ['wide'] : [])];
    // Of a process that fails nothing is read, which is told as a trial that did not end well.
    execFile(process.execPath, args, { timeout: TRIAL_MILLISECONDS }, (_, stdout) => resolve(stdout));
  });
}

/** Whether to use wide vectors, for who asks for them, and why or why not, in a sentence. */
export interface WideChoice {
  readonly uses: boolean;
  readonly why: string;
}

/** They are used only where they were measured to pay and to compute the same. */
export async function chooseWide(): Promise<WideChoice> {
  const here = new WideVectorsHere(join(cacheFolder(), 'wide-vectors.json'), about.version, trial);
  const found = await here.find().catch(() => undefined);
  if (!found) return { uses: false, why: tell`Wide vectors are not used: they could not be tried here.` };
  if (!found.agrees)
    return {
      uses: false,
      why: tell`Wide vectors are not used: with them the kernels compute something else here.`,
    };
  const gain = found.gain.toFixed(2);
  return pays(found)
    ? {
        uses: true,
        why: tell`Wide vectors: the kernels' product is ${gain} times as fast with them here, and gives the same.`,
      }
    : {
        uses: false,
        why: tell`Wide vectors are not used: the kernels' product is ${gain} times as fast with them here.`,
      };
}

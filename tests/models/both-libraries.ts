import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installLibrary } from '../lib/installed.ts';
import { peersFolder } from '../peers/install.ts';

/** A folder where scripts find our library and onnxruntime under their names. */
export interface BothLibraries {
  readonly folder: string;
  /** What a script of this folder prints last, as JSON, with that library in the place of LIBRARY. */
  run<T>(script: string, library: 'netwright' | 'onnxruntime-node', args: readonly string[]): Promise<T>;
  remove(): void;
}

export async function bothLibraries(): Promise<BothLibraries> {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-script-'));
  await installLibrary(folder);
  for (const name of ['onnxruntime-node', 'onnxruntime-common'])
    symlinkSync(join(peersFolder, 'node_modules', name), join(folder, 'node_modules', name));
  return {
    folder,
    async run(script, name, args) {
      const text = readFileSync(join(import.meta.dirname, script), 'utf8');
      const file = join(folder, `${name}-${script}`);
      writeFileSync(file, text.replace("'LIBRARY'", `'${name}'`));
      const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { maxBuffer: 1 << 26 });
      return JSON.parse(stdout.trim().split('\n').at(-1)!);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

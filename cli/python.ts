import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailure } from './failure.ts';
import type { InputShape } from './shapes.ts';

/** The Python file that writes modules as designs: beside the built command, or in its source. */
export function tracerFile(): string {
  const places = ['./python/netwright_torch.py', '../assets/python/netwright_torch.py'];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return files.find((file) => existsSync(file)) ?? files[0]!;
}

/** Whether FILE is Python: a file, or what to call in it. */
export const isPythonTarget = (file: string): boolean =>
  /\.py(:[\w.]+)?$/.test(file) && !file.endsWith('.keras.py');

/** The file of `model.py:resnet18`. */
export const fileOfTarget = (target: string): string => target.replace(/(\.py):[\w.]+$/, '$1');

const hasTorch = `import importlib.util, sys; sys.exit(0 if importlib.util.find_spec("torch") else 1)`;

function knowsTorch(python: string): boolean {
  return spawnSync(python, ['-c', hasTorch], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/**
 * A Python that has torch: the one that NETWRIGHT_PYTHON names, that of the active virtual environment, or the first on
 * the path that has it. Throws a CommandFailure where there is none.
 */
export function pythonWithTorch(env: NodeJS.ProcessEnv = process.env): string {
  const said = env.NETWRIGHT_PYTHON;
  if (said) {
    if (knowsTorch(said)) return said;
    throw new CommandFailure(
      `NETWRIGHT_PYTHON is ${said}, which has no torch. Install it: ${said} -m pip install torch`,
    );
  }
  const [folder, ending] = process.platform === 'win32' ? ['Scripts', '.exe'] : ['bin', ''];
  const own = [env.VIRTUAL_ENV, env.CONDA_PREFIX].flatMap((root) => (root ? [join(root, folder)] : []));
  const folders = [...own, ...(env.PATH ?? '').split(delimiter).filter((each) => each !== '')];
  const found = folders
    .flatMap((each) => ['python3', 'python'].map((name) => join(each, `${name}${ending}`)))
    .filter((python) => existsSync(python));
  const python = [...new Set(found)].find(knowsTorch);
  if (python !== undefined) return python;
  throw new CommandFailure(
    found.length === 0
      ? 'There is no python3 on the path. Install Python and torch, or name one that has it: NETWRIGHT_PYTHON=/path/to/python3'
      : `None of ${[...new Set(found)].slice(0, 6).join(', ')} has torch. Install it, python3 -m pip install torch, or name a Python that has it: NETWRIGHT_PYTHON=/path/to/python3`,
  );
}

export interface Traced {
  /** The design's file, and that of its weights where they were asked for. */
  readonly design: string;
  readonly weights: string;
  /** What opaque layers stand for, each with its place in the program. */
  readonly remarks: readonly string[];
  /** Removes them. */
  close(): Promise<void>;
}

/** Has the user's own Python call `file.py:name` and write what it gives. What cannot be taken is the failure's lines. */
export async function traceModule(
  target: string,
  shapes: readonly InputShape[],
  withWeights: boolean,
): Promise<Traced> {
  const python = pythonWithTorch();
  const folder = await mkdtemp(join(tmpdir(), 'netwright-torch-'));
  const close = () => rm(folder, { recursive: true, force: true });
  const design = join(folder, 'net.netwright.json');
  const input = shapes.length > 0 ? [`--input=${shapes.map(({ dims }) => dims.join(',')).join(';')}`] : [];
  const alone = withWeights ? [] : ['--no-weights'];
  const args = ['-W', 'ignore', tracerFile(), target, ...input, ...alone, '-o', design];
  try {
    const { code, said } = await run(python, args);
    if (code !== 0) throw new CommandFailure(...linesOf(target, said));
    const lines = said.trim().split('\n');
    const from = lines.findIndex((line) => line.startsWith('What the design leaves open '));
    const remarks = from < 0 ? [] : lines.slice(from + 1);
    return { design, weights: join(folder, 'net.safetensors'), remarks, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const MOST_SAID = 1 << 20;

function run(python: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    // What the user's code prints is not the design: it goes where errors go.
    const child = spawn(python, args, { stdio: ['ignore', 2, 'pipe'] });
    let said = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-MOST_SAID);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}

const MOST_LINES = 40;

function linesOf(target: string, said: string): readonly [string, ...string[]] {
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '');
  const [first = `${target}: Python ended without a word.`, ...rest] = lines.slice(-MOST_LINES);
  return [first, ...rest];
}

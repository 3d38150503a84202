import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Why no design came of a program of the user's. */
export interface TorchProblem {
  /** No Python at all; none that has torch; the one that NETWRIGHT_PYTHON names has none; or it said why not. */
  readonly code: 'no-python' | 'no-torch' | 'named-without-torch' | 'failed';
  /** The Pythons that were looked at, or what was said, a line each. */
  readonly lines: readonly string[];
}

export class TorchFailure extends Error {
  readonly problem: TorchProblem;
  constructor(problem: TorchProblem) {
    super(problem.lines[0] ?? problem.code);
    this.name = 'TorchFailure';
    this.problem = problem;
  }
}

const failed = (...lines: readonly string[]): TorchFailure => new TorchFailure({ code: 'failed', lines });

const hasTorch = `import importlib.util, sys; sys.exit(0 if importlib.util.find_spec("torch") else 1)`;
/** A Python that does not even say whether it has torch for so long is none to use. */
const LOOK_MS = 20_000;

function knowsTorch(python: string): Promise<boolean> {
  return new Promise((tell) => {
    const child = spawn(python, ['-c', hasTorch], { stdio: 'ignore', timeout: LOOK_MS });
    child.on('error', () => tell(false));
    child.on('close', (code) => tell(code === 0));
  });
}

/**
 * A Python that has torch: the one that NETWRIGHT_PYTHON names, that of the active virtual environment, or the first on
 * the path that has it. Throws a TorchFailure where there is none.
 */
export async function pythonWithTorch(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const said = env.NETWRIGHT_PYTHON;
  if (said) {
    if (await knowsTorch(said)) return said;
    throw new TorchFailure({ code: 'named-without-torch', lines: [said] });
  }
  const [folder, ending] = process.platform === 'win32' ? ['Scripts', '.exe'] : ['bin', ''];
  const own = [env.VIRTUAL_ENV, env.CONDA_PREFIX].flatMap((root) => (root ? [join(root, folder)] : []));
  const folders = [...own, ...(env.PATH ?? '').split(delimiter).filter((each) => each !== '')];
  const found = folders
    .flatMap((each) => ['python3', 'python'].map((name) => join(each, `${name}${ending}`)))
    .filter((python) => existsSync(python));
  const pythons = [...new Set(found)];
  for (const python of pythons) if (await knowsTorch(python)) return python;
  throw new TorchFailure({ code: pythons.length === 0 ? 'no-python' : 'no-torch', lines: pythons });
}

/** What is run, and how. */
export interface TorchProgram {
  /** `file.py`, `file.py:name` or `package.module:name`. */
  readonly target: string;
  /** The Python file that writes modules as designs, as text: where the program is installed, Python may not be able to read it. */
  readonly tracer: string;
  readonly python: string;
  /** Where it runs: names of files in the program count from here. */
  readonly folder: string;
  /** Where what it prints goes, which is not the design. */
  readonly prints: 'ignore' | number;
  readonly signal?: AbortSignal | undefined;
}

/** What a file has that a design can be made of. */
export interface TorchModules {
  /** What can be made without being told anything. */
  readonly modules: readonly string[];
  /** What is made where nothing is said; null where that is not clear. */
  readonly main: string | null;
  /** The shapes of samples that its INPUTS say; null where it says none. */
  readonly inputs: readonly (readonly number[])[] | null;
}

/** Runs the user's file, and gives the modules that can be made of it. */
export async function modulesIn(program: TorchProgram): Promise<TorchModules> {
  const folder = await mkdtemp(join(tmpdir(), 'netwright-torch-'));
  try {
    const answer = join(folder, 'modules.json');
    await run(program, folder, ['--list', '-o', answer]);
    return JSON.parse(await readFile(answer, 'utf8')) as TorchModules;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
  program: TorchProgram,
  shapes: readonly (readonly number[])[],
  withWeights: boolean,
): Promise<Traced> {
  const folder = await mkdtemp(join(tmpdir(), 'netwright-torch-'));
  const close = () => rm(folder, { recursive: true, force: true });
  const design = join(folder, 'net.netwright.json');
  const input = shapes.length > 0 ? [`--input=${shapes.map((shape) => shape.join(',')).join(';')}`] : [];
  const alone = withWeights ? [] : ['--no-weights'];
  try {
    const said = await run(program, folder, [...input, ...alone, '-o', design]);
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
const MOST_LINES = 40;

/** What Python said as it went; throws a TorchFailure of that where it did not end well. */
async function run(program: TorchProgram, folder: string, args: readonly string[]): Promise<string> {
  const { target, tracer, python, prints, signal } = program;
  const file = join(folder, 'netwright_torch.py');
  await writeFile(file, tracer);
  const { code, said } = await new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    const child = spawn(python, ['-W', 'ignore', file, target, ...args], {
      cwd: program.folder,
      stdio: ['ignore', prints, 'pipe'],
      ...(signal ? { signal } : {}),
    });
    let text = '';
    child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
      text = (text + piece).slice(-MOST_SAID);
    });
    child.on('error', reject);
    child.on('close', (ended) => resolve({ code: ended, said: text }));
  });
  signal?.throwIfAborted();
  if (code === 0) return said;
  const lines = said
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-MOST_LINES);
  throw lines.length > 0 ? failed(...lines) : failed(`${target}: Python ended without a word.`);
}

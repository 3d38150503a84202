import { createStore } from 'zustand/vanilla';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { fail, messages, type Problem, type Result, succeed } from '../../shared/base/problem.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { ProgramFailure } from '../../shared/host/contract.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { defineSlice, useSlice } from '../state/slice.ts';
import { type FileToOpen, fromHost } from './file-to-open.ts';
import { readSpecAside } from './read-aside.ts';

export const say = messages('renderer/documents/program', {
  'program-in-browser': [
    '{{name}} is a program: a page in a browser cannot run it.',
    'Open it in the app on the desktop, or write its design by the command: {{command}}',
  ],
  'python-missing': [
    'There is no python3 on the path.',
    'Install Python and torch, or name one that has it: {{setting}}',
  ],
  'torch-missing': [
    'None of {{pythons}} has torch.',
    'Install it, {{command}}, or name a Python that has it: {{setting}}',
  ],
  'named-python-without-torch': [
    'NETWRIGHT_PYTHON is {{python}}, which has no torch.',
    'Install it: {{command}}',
  ],
  'program-failed': ['{{said}}', 'Mend it in {{name}} and save it.'],
  'program-left-open': ['{{remark}}', 'All else of {{name}} is here.'],
  'program-without-modules': [
    '{{name}} has no module that is made without arguments.',
    'Give the class defaults, or write a function that makes it: {{code}}',
  ],
});

/** What of a program stands on the canvas. */
export interface Program {
  readonly ticket: string;
  readonly name: string;
  readonly module: string;
  readonly inputs: readonly (readonly number[])[];
}

/** A program whose design is open, and what became of its last saving. */
export interface Followed {
  readonly program: Program;
  /** Which of the documents opened so far it is. */
  readonly opened: number;
  /** The design as it was last taken over: what differs from it is the user's own. */
  readonly taken: Design;
  readonly state: 'current' | 'running' | 'failed' | 'waiting';
  /** Why it could not be read again. */
  readonly problems: readonly Problem[];
}

export const followedOf = defineSlice<{ readonly followed: Followed | undefined }>(() =>
  createStore(() => ({ followed: undefined })),
);
export const useFollowed = (): Followed | undefined => useSlice(followedOf, ({ followed }) => followed);

const MOST_NAMED = 6;
const SETTING = 'NETWRIGHT_PYTHON=/path/to/python3';
const install = (python: string): string => `${python} -m pip install torch`;
/** What is asked for where a program does not say how large its input is. */
const usual = [{ name: 'input', axes: ['?', '?', '?'], proposal: [3, 224, 224] }];

function problemOf({ code, lines }: ProgramFailure, name: string): Problem | undefined {
  switch (code) {
    case 'declined':
      return undefined;
    case 'no-python':
      return say.at({}, 'python-missing', { setting: SETTING });
    case 'no-torch':
      return say.at({}, 'torch-missing', {
        pythons: lines.slice(0, MOST_NAMED).join(', '),
        command: install('python3'),
        setting: SETTING,
      });
    case 'named-without-torch':
      return say.at({}, 'named-python-without-torch', {
        python: lines[0] ?? '',
        command: install(lines[0] ?? ''),
      });
    case 'failed':
      return say.at({}, 'program-failed', { said: lines.join('\n'), name });
  }
}

const failureOf = (failure: ProgramFailure, name: string): Result<never> | undefined => {
  const problem = problemOf(failure, name);
  return problem && fail(problem);
};

/** What a program gives: its design, its weights, and what was left open or out. */
export interface Traced {
  readonly design: Design;
  readonly weights?: LazyWeights;
  readonly remarks: readonly Problem[];
  readonly program: Program;
}

/**
 * Has the host run a program of the user's, which asks them first, and gives the module that they choose as a design; where
 * the program does not say how large its input is, that is asked for. Undefined when the user declines.
 */
export async function openProgram(
  app: App,
  { name, ticket }: FileToOpen,
  signal?: AbortSignal,
): Promise<Result<Traced> | undefined> {
  if (app.host.kind === 'browser')
    return fail(
      say.at({}, 'program-in-browser', {
        name,
        command: `netwright convert ${name} net.netwright.json`,
      }),
    );
  signal?.addEventListener('abort', () => void app.host.stopProgram({ ticket }), { once: true });
  const { failure, modules, main, inputs: said } = await app.host.lookAtProgram({ ticket });
  if (failure) return failureOf(failure, name);
  const module = main ?? (await askForModule(app, name, modules));
  if (module === undefined)
    return modules.length === 0
      ? fail(
          say.at({}, 'program-without-modules', {
            name,
            code: 'def net() -> nn.Module: return Net(width=64)',
          }),
        )
      : undefined;
  const inputs = said ?? (await askForInput(app, `${name}:${module}`));
  return inputs && traceProgram(app, { ticket, name, module, inputs }, signal);
}

async function askForModule(app: App, name: string, modules: readonly string[]): Promise<string | undefined> {
  if (modules.length === 0) return undefined;
  return app.ask({
    title: t('Which module of {{name}}?', { name }),
    text: t('Each of these can be made without being told anything.'),
    choices: modules.map((id, i) => ({ id, title: id, primary: i === modules.length - 1 })),
  });
}

async function askForInput(app: App, file: string): Promise<readonly (readonly number[])[] | undefined> {
  const { shapesOf } = await import('./open-axes.ts');
  const shapes = await shapesOf(app, file, usual, true);
  return shapes && [...shapes.values()];
}

/** The design of a program's module, as the program is now. */
export async function traceProgram(
  app: App,
  program: Program,
  signal?: AbortSignal,
): Promise<Result<Traced> | undefined> {
  const { name, ticket, module, inputs } = program;
  const found = await app.host.traceProgram({ ticket, module, inputs });
  if (found.failure) return failureOf(found.failure, name);
  const read = await readSpecAside(new TextDecoder().decode(found.bytes), signal);
  if (!read.ok) return read;
  const remarks = found.remarks.map((remark) => say.at({}, 'program-left-open', { remark, name }));
  const traced = { design: read.value, remarks, program };
  const network = flatten(analyze(read.value));
  if (!network.ok || !found.weights) return succeed(traced);
  const [{ readWeights }, { matchWeights }] = await Promise.all([
    import('../../shared/formats/checkpoints/read.ts'),
    import('../../shared/formats/checkpoints/match.ts'),
  ]);
  const held = { grant: '', name: 'net.safetensors', bytes: new Uint8Array(), held: found.weights };
  const file = fromHost(app, held);
  const numbers = await readWeights(file.name, file.source);
  if (!numbers.ok) return numbers;
  const { weights } = matchWeights(read.value, network.value, numbers.value);
  return succeed({ ...traced, weights });
}

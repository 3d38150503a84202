import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  pythonWithTorch,
  TorchFailure,
  type TorchProblem,
  type Traced,
  traceModule,
} from '../shared/disk/torch.ts';
import { gives } from '../shared/formats/models.ts';
import { CommandFailure } from './failure.ts';
import { tell } from './i18n/language.ts';
import type { InputShape } from './shapes.ts';

/** The Python file that writes modules as designs: beside the built command, or in its source. */
export function tracerFile(): string {
  const places = ['./python/netwright_torch.py', '../assets/python/netwright_torch.py'];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return files.find((file) => existsSync(file)) ?? files[0]!;
}

/** The file of `model.py:resnet18`. */
export const fileOfTarget = (target: string): string => target.replace(/(\.py):[\w.]+$/, '$1');

/** Whether FILE is a program: a file, or what to call in it. */
export const isPythonTarget = (file: string): boolean => gives(fileOfTarget(file), 'program');

/** Has the user's own Python call `file.py:name` and write what it gives. What cannot be taken is the failure's lines. */
export async function traceTarget(
  target: string,
  shapes: readonly InputShape[],
  withWeights: boolean,
): Promise<Traced> {
  try {
    return await traceModule(
      {
        target,
        tracer: await readFile(tracerFile(), 'utf8'),
        python: await pythonWithTorch(),
        folder: process.cwd(),
        prints: 2,
      },
      shapes.map(({ dims }) => dims),
      withWeights,
    );
  } catch (error) {
    if (error instanceof TorchFailure) throw new CommandFailure(...linesOf(error.problem));
    throw error;
  }
}

const MOST_NAMED = 6;

/** A Python that has torch, where there is none, is told of in one line. */
export function linesOf({ code, lines }: TorchProblem): readonly string[] {
  switch (code) {
    case 'named-without-torch':
      return [
        tell`NETWRIGHT_PYTHON is ${lines[0]!}, which has no torch. Install it: ${lines[0]} -m pip install torch`,
      ];
    case 'no-python':
      return [
        tell`There is no python3 on the path. Install Python and torch, or name one that has it: NETWRIGHT_PYTHON=/path/to/python3`,
      ];
    case 'no-torch':
      return [
        tell`None of ${lines.slice(0, MOST_NAMED).join(', ')} has torch. Install it, python3 -m pip install torch, or name a Python that has it: NETWRIGHT_PYTHON=/path/to/python3`,
      ];
    case 'failed':
      return lines;
  }
}

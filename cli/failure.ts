import type { Problem, Where } from '../shared/base/problem.ts';
import { oneLine, shortened } from '../shared/base/text.ts';
import { said, tell } from './i18n/language.ts';

/** Exit codes of the command: scripts and CI rely on them. */
export const exitCodes = {
  fine: 0,
  /** Findings, over budget, or a design with problems. */
  findings: 1,
  /** Bad usage or unreadable input. */
  unusable: 2,
  /** Stopped by Ctrl+C. */
  interrupted: 130,
} as const;

/** Ends the command with exit code 2 and a line per problem; never with a stack trace. */
export class CommandFailure extends Error {
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines[0]);
    this.name = 'CommandFailure';
    // Names of files may have line ends of their own, and would make lines that nobody wrote.
    this.lines = lines.map(oneLine);
  }
}

/** The same for what the user stopped: exit code 130. */
export class CommandInterrupted extends CommandFailure {}

/** What one file is keeps no other from being judged: failures are gathered, and told at the end. */
export class Failures {
  readonly #gathered: CommandFailure[] = [];

  /** What `judge` gives, by itself in a list; an empty one where it failed. */
  async gather<T>(judge: () => Promise<T>): Promise<readonly T[]> {
    try {
      return [await judge()];
    } catch (error) {
      if (!(error instanceof CommandFailure) || error instanceof CommandInterrupted) throw error;
      this.#gathered.push(error);
      return [];
    }
  }

  /** Where nothing could be judged, there is nothing else to be told. */
  refuse(judged: readonly unknown[]): void {
    if (judged.length === 0 && this.#gathered.length > 0) throw new CommandFailure(...this.#lines());
  }

  /** Files that could not be judged weigh more than what was found in others. */
  tell(err: (line: string) => void): void {
    for (const line of this.#lines()) err(`netwright: ${line}\n`);
    if (this.#gathered.length > 0) process.exitCode = exitCodes.unusable;
  }

  #lines(): readonly string[] {
    return [...new Set(this.#gathered.flatMap(({ lines }) => lines))];
  }
}

/** More lines than this help nobody. */
const MAX_LINES = 50;

export function failWith(file: string, problems: readonly Problem[]): CommandFailure {
  const shown = problems.slice(0, MAX_LINES).map((problem) => problemLine(file, problem));
  // What stands for problems that are not listed is not one itself.
  const rest = problems.slice(MAX_LINES).reduce((sum, { more }) => sum + (more ?? 1), 0);
  return new CommandFailure(
    ...shown,
    ...(rest > 0 ? [tell`${file}: ${rest.toLocaleString('en-US')} more problems like these.`] : []),
  );
}

/** `design.json:12:5 ($.nodes[3].kind): message Hint.` */
export function problemLine(file: string, { where, told }: Problem): string {
  return `${file}${placeOf(where)}: ${said(told.message)} ${said(told.hint)}`;
}

function placeOf({ line, column, path, node, offset }: Where): string {
  const position = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  const inside = path ?? node;
  return `${position}${inside === undefined ? '' : ` (${shortened(inside, 300)})`}${offset === undefined ? '' : ` at byte ${offset}`}`;
}

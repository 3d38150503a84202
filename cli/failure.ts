import type { Problem, Where } from '../shared/base/problem.ts';
import { shortened } from '../shared/base/text.ts';
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
    this.lines = lines;
  }
}

/** The same for what the user stopped: exit code 130. */
export class CommandInterrupted extends CommandFailure {}

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

import { inWords, type MessageKey, type MessageValues, type Told } from './messages.ts';

/** Where a problem sits: in the design (node, port, parameter) or in a file (JSON path, line, byte offset). */
export interface Where {
  readonly node?: string;
  readonly port?: string;
  readonly param?: string;
  /** JSON path such as `$.nodes[3].params.kernel`. */
  readonly path?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Byte offset in a binary file. */
  readonly offset?: number;
}

/** Expected failure as data: what is wrong and why (`message`), and what to do about it (`hint`). */
export interface Problem {
  /** Stable, kebab-case, for tests and translations: `channels-not-divisible`. */
  readonly code: string;
  readonly where: Where;
  readonly message: string;
  readonly hint: string;
  /** The same before it was put into English, where its text comes from a table. */
  readonly told?: Told;
  /** How many problems beyond this one are counted, but not listed. */
  readonly more?: number;
}

/** A problem seen from inside one node, before anyone knows the node's id. */
export interface Issue {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly port?: string;
  readonly param?: string;
  readonly told?: Told;
}

/** An issue whose text comes from the tables: in English here, in other languages where it is shown. */
export function told<K extends MessageKey>(
  key: K,
  values: MessageValues<K>,
  at: { readonly port?: string; readonly param?: string } = {},
): Issue {
  const [code] = key.split(':') as [string];
  const message: Told = { key, values };
  return { code, ...inWords(message), ...at, told: message };
}

export function issue(
  code: string,
  message: string,
  hint: string,
  at: { readonly port?: string; readonly param?: string } = {},
): Issue {
  return { code, message, hint, ...at };
}

export function isIssue(value: object): value is Issue {
  return 'code' in value && 'hint' in value;
}

export function problemAt(node: string, { code, message, hint, port, param, told: words }: Issue): Problem {
  return {
    code,
    message,
    hint,
    where: { node, ...(port === undefined ? {} : { port }), ...(param === undefined ? {} : { param }) },
    ...(words ? { told: words } : {}),
  };
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function fail<T = never>(...problems: readonly Problem[]): Result<T> {
  return { ok: false, problems };
}

/** Fails with a list of problems, however long it is. */
export function failAll<T = never>(problems: readonly Problem[]): Result<T> {
  return { ok: false, problems };
}

/** A file with more mistakes than this is not worth listing to the end. */
export const MOST_LISTED = 1000;

/** Problems as they come in: so many are listed, all are counted. */
export class ProblemList {
  readonly #listed: Problem[] = [];
  #count = 0;

  /** How many were found, listed or not. */
  get count(): number {
    return this.#count;
  }

  /** `of` is asked only where the problem is listed. */
  add(of: () => Problem): void {
    this.#count++;
    if (this.#listed.length < MOST_LISTED) this.#listed.push(of());
  }

  /** The listed ones, and as the last of them how many more there are. */
  get problems(): readonly Problem[] {
    const more = this.#count - this.#listed.length;
    return more === 0 ? this.#listed : [...this.#listed, moreProblems(more)];
  }
}

function moreProblems(more: number): Problem {
  return {
    code: 'more-problems',
    where: {},
    message: `There ${more === 1 ? 'is 1 more mistake' : `are ${more.toLocaleString('en-US')} more mistakes`}, not listed here.`,
    hint: 'Mend the first ones: others often come of them.',
    more,
  };
}

import {
  inWords,
  type PartKeys,
  type Phrase,
  type ProblemKeys,
  type Texts,
  type Told,
  type ValuesOf,
} from './messages.ts';

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
  /** What is wrong and why, in English. */
  readonly message: string;
  /** What to do about it, in English. */
  readonly hint: string;
  /** The same before it was put into English: what other languages go by. */
  readonly told: Told;
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
  readonly told: Told;
}

/** Where a problem of one node sits in it. */
export interface InNode {
  readonly port?: string;
  readonly param?: string;
}

/** Values are left out where a text needs none. */
type Given<E extends Texts[string]> = keyof ValuesOf<E> extends never ? [] : [values: ValuesOf<E>];
type Plain<T extends Texts> = {
  [K in ProblemKeys<T>]: keyof ValuesOf<T[K]> extends never ? K : never;
}[ProblemKeys<T>];
type Filled<T extends Texts> = Exclude<ProblemKeys<T>, Plain<T>>;

/** What one file has to say: its texts, and how they become issues, problems and parts of either. */
export interface Say<O extends string = string, T extends Texts = Texts> {
  readonly owner: O;
  readonly texts: T;
  /** Of a node that is not known yet. The code is what stands before the colon of the key. */
  <K extends Filled<T>>(key: K, values: ValuesOf<T[K]>, at?: InNode): Issue;
  (key: Plain<T>, values?: Readonly<Record<string, never>>, at?: InNode): Issue;
  /** With its place. */
  at<K extends ProblemKeys<T>>(where: Where, key: K, ...values: Given<T[K]>): Problem;
  /** A part of what is said, as a value of the whole. */
  part<K extends PartKeys<T>>(key: K, ...values: Given<T[K]>): Phrase;
}

/**
 * The texts of a file, by key: the problem's code, and after a colon what tells apart those that share one. `owner` is
 * the file's place in `shared/`.
 */
export function messages<const O extends string, const T extends Texts>(owner: O, texts: T): Say<O, T> {
  const told = (key: string, values: Phrase['values']): Told => {
    const [message, hint] = texts[key] as readonly [string, string];
    return {
      message: { key: `${owner}:${key}`, english: message, values },
      hint: { key: `${owner}:${key}/hint`, english: hint, values },
    };
  };
  const say = (key: string, values: Phrase['values'] = {}, at: InNode = {}): Issue => ({
    code: codeOf(key),
    ...inEnglish(told(key, values)),
    ...at,
  });
  const at = (where: Where, key: string, values: Phrase['values'] = {}): Problem => ({
    code: codeOf(key),
    where,
    ...inEnglish(told(key, values)),
  });
  const part = (key: string, values: Phrase['values'] = {}): Phrase => ({
    key: `${owner}:${key}`,
    english: texts[key] as string,
    values,
  });
  return Object.assign(say, { owner, texts, at, part }) as Say<O, T>;
}

const codeOf = (key: string): string => key.split(':', 1)[0]!;

function inEnglish(told: Told): { readonly message: string; readonly hint: string; readonly told: Told } {
  return { message: inWords(told.message), hint: inWords(told.hint), told };
}

/** The same problem in other words, such as its message put inside of another. */
export function retold<P extends Problem | Issue>(
  problem: P,
  message: Phrase,
  hint: Phrase = problem.told.hint,
): P {
  return { ...problem, ...inEnglish({ message, hint }) };
}

export function isIssue(value: object): value is Issue {
  return 'code' in value && 'hint' in value;
}

export function problemAt(node: string, { code, message, hint, port, param, told }: Issue): Problem {
  const where = { node, ...(port === undefined ? {} : { port }), ...(param === undefined ? {} : { param }) };
  return { code, where, message, hint, told };
}

/** What was found by someone who did not know the place, at its place. */
export function placed({ code, message, hint, told }: Issue, where: Where): Problem {
  return { code, where, message, hint, told };
}

/** A value, or every problem that kept it from being. */
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

export const say = messages('base/problem', {
  'more-problems:one': [
    'There is 1 more mistake, not listed here.',
    'Mend the first ones: others often come of them.',
  ],
  'more-problems:many': [
    'There are {{more}} more mistakes, not listed here.',
    'Mend the first ones: others often come of them.',
  ],
});

function moreProblems(more: number): Problem {
  const problem =
    more === 1
      ? say.at({}, 'more-problems:one')
      : say.at({}, 'more-problems:many', { more: more.toLocaleString('en-US') });
  return { ...problem, more };
}

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
}

/** A problem seen from inside one node, before anyone knows the node's id. */
export interface Issue {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly port?: string;
  readonly param?: string;
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

export function problemAt(node: string, { code, message, hint, port, param }: Issue): Problem {
  return {
    code,
    message,
    hint,
    where: { node, ...(port === undefined ? {} : { port }), ...(param === undefined ? {} : { param }) },
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

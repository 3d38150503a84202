/**
 * Checks of what crosses between the app and its host. A schema is a function that returns what it was given, narrowed,
 * or throws a TypeError that says where it does not fit; no eval, so that it works under the strictest policy.
 */
export type Schema<T> = (value: unknown, path: string) => T;
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

function refuse(path: string, expected: string): never {
  throw new TypeError(`${path} must be ${expected}.`);
}

export function text(maxLength: number): Schema<string> {
  return (value, path) =>
    typeof value === 'string' && value.length <= maxLength
      ? value
      : refuse(path, `text of at most ${maxLength} characters`);
}

export const flag: Schema<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, 'true or false');

/** A whole number from zero to `most`. */
export function whole(most: number): Schema<number> {
  return (value, path) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most
      ? value
      : refuse(path, `a whole number of at most ${most}`);
}

export function bytes(maxLength: number): Schema<Uint8Array> {
  return (value, path) =>
    value instanceof Uint8Array && value.byteLength <= maxLength
      ? value
      : refuse(path, `at most ${maxLength} bytes`);
}

export function choice<const C extends string>(...options: readonly C[]): Schema<C> {
  return (value, path) =>
    options.find((option) => option === value) ?? refuse(path, `one of ${options.join(', ')}`);
}

export function list<T>(item: Schema<T>, maxLength: number): Schema<readonly T[]> {
  return (value, path) =>
    Array.isArray(value) && value.length <= maxLength
      ? value.map((entry, i) => item(entry, `${path}[${i}]`))
      : refuse(path, `a list of at most ${maxLength}`);
}

export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return (value, path) => (value === null ? null : schema(value, path));
}

/** For members that may be left out, and replies that may be none. */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return (value, path) => (value === undefined ? undefined : schema(value, path));
}

type Fields = Readonly<Record<string, Schema<unknown>>>;
type Optional<F extends Fields> = {
  [K in keyof F]: undefined extends TypeOf<F[K]> ? K : never;
}[keyof F];
type Read<F extends Fields> = { readonly [K in Exclude<keyof F, Optional<F>>]: TypeOf<F[K]> } & {
  readonly [K in Optional<F>]?: TypeOf<F[K]>;
};

/** An object with exactly these members; others are refused. */
export function object<F extends Fields>(fields: F): Schema<Read<F>> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'an object');
    const given = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(given)) {
      if (!Object.hasOwn(fields, key)) throw new TypeError(`${path} has no member "${key}".`);
    }
    const read: Record<string, unknown> = {};
    for (const [key, schema] of Object.entries(fields)) read[key] = schema(given[key], `${path}.${key}`);
    return read as Read<F>;
  };
}

export const nothing: Schema<void> = (value, path) => {
  if (value !== undefined) refuse(path, 'left out');
};

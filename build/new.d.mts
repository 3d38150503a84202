/** Something new of the house: written as far as a template can, with what is left to do. */
export function create(
  what: string,
  name: string | undefined,
  at?: string,
): {
  /** Paths of files, the index last. */
  readonly written: readonly string[];
  /** Paths with what is to be done there. */
  readonly todo: readonly (readonly [path: string, why: string])[];
  /** Those of them that the compiler asks for. */
  readonly compiler: readonly string[];
  /** What to give to the test runner, to see it fail. */
  readonly test: string;
};

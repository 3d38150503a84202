/** What the mutants of a folder came to. */
export interface Rate {
  readonly folder: string;
  readonly seed: number;
  /** Percent of all changes that were drawn. */
  readonly share: number;
  /** All changes that could be made. */
  readonly mutants: number;
  readonly tried: number;
  readonly noticed: number;
  /** Of those noticed, such as never came to an end. */
  readonly endless: number;
  /** Of all changes, such as only act while files are loaded, which are not tried. */
  readonly atLoading: number;
}
/** A change that no test notices, and why that is as it should be. */
export interface Survivor {
  readonly file: string;
  /** What the line says that it begins in. */
  readonly line: string;
  readonly from: string;
  readonly to: string;
  readonly why: string;
}
/** A piece of source as lists have it: in one line, and not all of a long one. */
export function shown(text: string): string;
/** The page with the tables of what is given. */
export function pageWith(page: string, rates: readonly Rate[], survivors: readonly Survivor[]): string;

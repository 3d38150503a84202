export interface Shipped {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly texts: readonly string[];
  readonly source?: string;
  readonly author?: string;
}
/** What may not ship, a sentence each. */
export function faultsOf(packages: readonly Shipped[]): readonly string[];
export function noticesOf(packages: readonly Shipped[]): string;
/** Writes both files into a folder; throws where something may not ship. */
export function writeNotices(
  folder?: string,
  graphs?: readonly (() => Promise<readonly string[]>)[],
): Promise<void>;

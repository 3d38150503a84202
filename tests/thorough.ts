/**
 * How thorough to be: 0 is what a machine of two cores does in some minutes. NETWRIGHT_THOROUGH=1 tests all that takes long
 * too; more than that is also how many times as many random cases are tried.
 */
export const thoroughness = Number(process.env.NETWRIGHT_THOROUGH ?? 0);

/**
 * Of all that is tried with each of many, every third for the one of this number, so that each is tried with a third of them;
 * all of it for who is thorough.
 */
export const byTurns = <T>(all: readonly T[], number: number): readonly T[] =>
  all.filter((_, i) => isTurn(i + number));

/** Whether it is the turn of the one of this number. */
export const isTurn = (number: number): boolean => thoroughness > 0 || number % 3 === 0;

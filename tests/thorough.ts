/**
 * How thorough to be: 0 is what a machine of two cores does in some minutes. NETWRIGHT_THOROUGH=1 tests all that takes long
 * too; more than that is also how many times as many random cases are tried.
 */
export const thoroughness = Number(process.env.NETWRIGHT_THOROUGH ?? 0);

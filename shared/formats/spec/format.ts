/** The version of the spec format that this program writes; older ones are migrated, newer ones refused. */
export const SPEC_VERSION = 2;

export const SPEC_SCHEMA_URL = 'https://netwright.dev/schema/spec-2.json';

/** Files are untrusted: these bounds are checked before anything is parsed. */
export const MAX_SPEC_BYTES = 16 * 1024 * 1024;
export const MAX_SPEC_DEPTH = 64;
/** Enough for a hundred thousand nodes. */
export const MAX_SPEC_VALUES = 1_500_000;

/** Blocks of the user's own in one design. */
export const MAX_BLOCKS = 500;

export const MAX_NAME_LENGTH = 200;
export const MAX_TEXT_LENGTH = 100_000;

/** Ports are named by layers: `in`, `in0`, `out`. */
export const portPattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

export const rulePattern = /^[a-z][a-z0-9-]{0,63}$/;

/** The keys of each object of a spec, in the order in which they are written. */
export const specKeys = [
  '$schema',
  'netwright',
  'versions',
  'name',
  'nodes',
  'blocks',
  'budget',
  'lint',
  'run',
  'notes',
  'layout',
] as const;
export const nodeKeys = ['id', 'kind', 'from', 'params', 'bypass', 'suppress'] as const;
export const suppressionKeys = ['rule', 'reason'] as const;
export const budgetKeys = ['macs', 'params', 'memory', 'baseline'] as const;
export const baselineKeys = ['name', 'nodes', 'blocks'] as const;
export const blockKeys = ['nodes', 'layout'] as const;
export const lintKeys = ['preset', 'rules'] as const;
export const runKeys = ['preprocessing', 'classes'] as const;
export const ruleKeys = ['severity', 'options'] as const;

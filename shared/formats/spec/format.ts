import { quantities } from '../../graph/quantities.ts';

/** The version of the spec format that this program writes; older ones are migrated, newer ones refused. */
export const SPEC_VERSION = 3;

export const SPEC_SCHEMA_URL = 'https://netwright.dev/schema/spec-3.json';

/** Files are untrusted: these bounds are checked before anything is parsed. */
export const MAX_SPEC_BYTES = 16 * 1024 * 1024;
export const MAX_SPEC_DEPTH = 64;
/** Enough for a hundred thousand nodes: commas, and brackets, which may stand for as much without one. */
export const MAX_SPEC_VALUES = 2_000_000;

/** Three to each of a hundred thousand nodes; each takes many times what it takes in the text. */
export const MAX_WIRES = 300_000;

/** Blocks of the user's own in one design. */
export const MAX_BLOCKS = 500;

export const MAX_NAME_LENGTH = 200;
export const MAX_TEXT_LENGTH = 100_000;
/** As long as a path may be. */
export const MAX_FILE_LENGTH = 4_096;
/** Of the constructor of a class, and the numbers in one of them. */
export const MAX_CLASS_ARGUMENTS = 64;
export const MAX_CLASS_ARGUMENT_LENGTH = 16;

/** Pixels from the middle of the canvas in any direction: beyond it, sums of places are no longer exact. */
export const MAX_COORDINATE = 1e12;

/** Samples that figures can be asked for. */
export const MAX_BATCH = 1_000_000;

/** Axes of an input, and how long the name of one may be. */
export const MAX_AXES = 16;
export const MAX_AXIS_NAME_LENGTH = 128;

/** Names in a program's state: those of one node's weights, and others of its module. */
export const MAX_STATE_KEYS = 16;
export const MAX_STATE_ALIASES = 64;
export const statePattern = /^[^\s.]{1,128}(\.[^\s.]{1,128}){0,31}$/;

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
  'numbers',
  'batch',
  'budget',
  'lint',
  'run',
  'notes',
  'layout',
  'canvas',
] as const;
export const nodeKeys = [
  'id',
  'kind',
  'from',
  'params',
  'weights',
  'parameters',
  'state',
  'open',
  'bypass',
  'suppress',
] as const;
export const stateKeys = ['keys', 'shape', 'also', 'persistent', 'absent'] as const;
export const suppressionKeys = ['rule', 'reason'] as const;
export const budgetKeys = [...quantities, 'baseline'] as const;
export const baselineKeys = ['name', 'nodes', 'blocks', 'numbers', 'batch'] as const;
export const blockKeys = ['class', 'nodes', 'layout', 'canvas'] as const;
export const classKeys = ['name', 'file', 'doc', 'arguments'] as const;
export const numbersKeys = ['weights', 'activations'] as const;
export const lintKeys = ['preset', 'rules', 'own'] as const;
export const ownRuleKeys = ['id', 'select', 'when', 'message', 'severity', 'fix'] as const;
export const fixKeys = ['param', 'value'] as const;
export const canvasKeys = ['notes', 'frames'] as const;
export const noteKeys = ['at', 'size', 'text', 'textSize', 'colour'] as const;
export const frameKeys = ['at', 'size', 'title', 'colour'] as const;
export const runKeys = ['preprocessing', 'classes'] as const;
export const ruleKeys = ['severity', 'options'] as const;

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Where the reference data lies; tests that need it are skipped where it is absent. */
const folder = resolve(process.env.NETWRIGHT_REFERENCE ?? '../shared/reference');

export const hasReference = existsSync(folder);

export const referencePath = (...parts: readonly string[]): string => join(folder, ...parts);

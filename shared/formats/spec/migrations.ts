import { quantities } from '../../graph/quantities.ts';
import type { Json } from '../../schema/codec.ts';
import { bareShare } from './quantity.ts';
import { isObject, type JsonObject } from './reading.ts';

/**
 * `migrations[v]` turns a spec of version v into one of version v + 1. A change of the format adds an entry here and
 * raises SPEC_VERSION; entries are never removed, so that every file ever written can be read.
 */
export type Migrations = Readonly<Record<number, (spec: JsonObject) => JsonObject>>;

export const specMigrations: Migrations = {
  // Version 2 has blocks of the user's own, and blocks that repeat; a spec without them means what it meant.
  1: (spec) => spec,
  // Version 3 tells "at most 5 % more" from "5 % more or less", which is what a share meant.
  2: (spec) =>
    isObject(spec.budget ?? null) ? { ...spec, budget: signed(spec.budget as JsonObject) } : spec,
};

/** A budget whose shares say that they go both ways. */
function signed(budget: JsonObject): JsonObject {
  const limits = quantities.flatMap((quantity) => {
    const limit = budget[quantity];
    const percent = typeof limit === 'string' ? bareShare(limit) : undefined;
    return percent === undefined ? [] : [[quantity, `±${limit}`] as const];
  });
  return { ...budget, ...Object.fromEntries(limits) };
}

/** Walks the chain from one version to another. Throws when a link is missing, which is a fault of the program. */
export function migrate(spec: JsonObject, from: number, to: number, chain: Migrations): JsonObject {
  let migrated = spec;
  for (let version = from; version < to; version++) {
    const step = chain[version];
    if (step === undefined)
      throw new RangeError(`No migration from spec version ${version} to ${version + 1}.`);
    migrated = step(migrated);
  }
  return migrated;
}

type Upgrade = (params: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Brings the parameters of a layer or block from the version of a file to today's, by the upgrades of the layer. */
export function upgradeParams(
  definition: { readonly version: number; readonly upgrades: Readonly<Record<number, Upgrade>> },
  params: JsonObject,
  from: number,
): JsonObject {
  let upgraded: Readonly<Record<string, unknown>> = params;
  for (let version = from; version < definition.version; version++) {
    const step = definition.upgrades[version];
    if (step === undefined) throw new RangeError(`No upgrade from version ${version} to ${version + 1}.`);
    upgraded = step(upgraded);
  }
  return upgraded as Readonly<Record<string, Json>>;
}

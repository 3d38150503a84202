// Draws the mutants that are tried: a seeded share of all, the same each time while their place stays the same.
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';

const { seed, share } = JSON.parse(process.env.NETWRIGHT_MUTANTS ?? '{"seed":"1","share":1}');

function isDrawn({ fileName, mutatorName, location, replacement }) {
  const file = relative(process.cwd(), fileName).replace(/^.*?(?=shared\/)/, '');
  const name = JSON.stringify([seed, file, mutatorName, location.start, location.end, replacement]);
  return createHash('sha256').update(name).digest().readUInt32BE(0) < share * 2 ** 32;
}

class Sample {
  async init() {}

  async check(mutants) {
    const entries = mutants.map((mutant) => [
      mutant.id,
      isDrawn(mutant) ? { status: 'passed' } : { status: 'compileError', reason: 'Not drawn.' },
    ]);
    return Object.fromEntries(entries);
  }

  async group(mutants) {
    return [mutants.map(({ id }) => id)];
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.Checker, 'sample', Sample)];

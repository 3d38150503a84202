import fc from 'fast-check';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { rules } from '../../shared/lint/rules.ts';
import { randomDesign } from '../formats/spec/random-design.ts';
import { bytesOf } from './reader.ts';

/** Specs of some nodes: what rules show of themselves, and some with everything that a spec can say. */
export const smallSpecs = (): readonly Uint8Array[] =>
  [
    ...Object.values(rules).flatMap(({ examples }) => examples.map(({ spec }) => JSON.stringify(spec))),
    ...fc.sample(randomDesign, { seed: 1, numRuns: 40 }).map((design) => writeSpec(design)),
  ].map(bytesOf);

import type { Design } from '../graph/design.ts';

/** A published network, built on demand. */
export interface ZooEntry {
  /** As in `zoo:vgg16`. */
  readonly id: string;
  /** Former or other names that it is found by. */
  readonly aliases?: readonly string[];
  readonly title: string;
  /** What its relatives of other sizes are called together. */
  readonly family: string;
  /** Of the first publication. */
  readonly year: number;
  /** Where the form comes from. */
  readonly source: string;
  /** One line: what the network is remembered for. */
  readonly summary: string;
  /** Shown among the first on the start page. */
  readonly featured?: boolean;
  /** The design, made anew. */
  build(): Design;
}

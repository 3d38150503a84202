import type { Design } from '../graph/design.ts';

/** A published network, built on demand. */
export interface ZooEntry {
  /** As in `zoo:vgg16`. */
  readonly id: string;
  readonly title: string;
  readonly year: number;
  /** Where the form comes from. */
  readonly source: string;
  /** One line: what the network is remembered for. */
  readonly summary: string;
  /** Shown among the first on the start page. */
  readonly featured?: boolean;
  build(): Design;
}

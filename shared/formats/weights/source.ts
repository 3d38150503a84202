import { type Issue, type Problem, placed } from '../../base/problem.ts';

/** Bytes that can be read at any place without reading what lies before: a file on disk, a Blob, or an array. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /**
   * Reads exactly `length` bytes from `offset` on; rejects when they are not there. They may lie in `into`, of `length` bytes,
   * which a reader of many parts gives again and again: what it had read there before is gone then.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
}

/** Bytes in memory as a source. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/** Thrown while a file is read and turned into a Problem at the format's face: what is wrong, and where. */
export class Refusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'Refusal';
    this.problem = problem;
  }
}

/** Refuses a file at a byte offset. */
export function refuseAt(offset: number, issue: Issue): Refusal {
  return new Refusal(placed(issue, { offset }));
}

/** The problem of a refusal; what is not one is a bug and is thrown on. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error.problem;
  throw error;
}

/** For a first look at a file whose refusal is told when it is read whole: this instead. What is no refusal is thrown on. */
export function whereRefused<T>(instead: T): (error: unknown) => T {
  return (error) => {
    problemOf(error);
    return instead;
  };
}

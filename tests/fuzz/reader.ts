import { fail, messages, type Result } from '../../shared/base/problem.ts';
import type { Mutation } from './mutate.ts';

/** A format that strangers' files come in. */
export interface Reader {
  readonly format: string;
  readonly extension: string;
  readonly mutations: readonly Mutation[];
  /** Whole files to start from. */
  seeds(): readonly Uint8Array[];
  /** All that the program does with such a file once it is opened. */
  read(bytes: Uint8Array): Promise<Result<unknown>>;
}

/** What is refused without a place of its own: all of the file. */
export const refused = (code: string, message: string): Result<never> =>
  fail(messages('tests/fuzz/readers', { [code]: [message, 'It is set aside.'] }).at({ line: 1 }, code));

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

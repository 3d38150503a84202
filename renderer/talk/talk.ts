import type { Problem } from '../../shared/base/problem.ts';
import { Refusal } from '../../shared/formats/weights/source.ts';

/** What one side may ask of the other, by name. */
export type Calls = Readonly<Record<string, (asked: never) => Promise<unknown>>>;

/** A worker as the page has it, the page as a worker has it, or one end of a channel. */
export interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', hear: (event: MessageEvent<Said>) => void): void;
}

type Said =
  | { readonly kind: 'ask'; readonly ticket: number; readonly name: string; readonly asked: unknown }
  | { readonly kind: 'given'; readonly ticket: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly ticket: number; readonly problem: Problem }
  | { readonly kind: 'failed'; readonly ticket: number; readonly message: string };

interface Waiting {
  give(value: unknown): void;
  fail(error: Error): void;
}

/** Asks the other side; what it refuses is refused here, too. */
export interface Talk<Theirs extends Calls> {
  ask<Name extends keyof Theirs & string>(
    name: Name,
    asked: Parameters<Theirs[Name]>[0],
  ): ReturnType<Theirs[Name]>;
  /** The other side is gone: what was asked has no answer. */
  end(error: Error): void;
}

/** Lets two sides that share no memory ask each other: each says what it answers, and asks by name. */
export function talkOver<Theirs extends Calls>(port: Port, mine: Calls): Talk<Theirs> {
  const waiting = new Map<number, Waiting>();
  let tickets = 0;
  const answer = async (ticket: number, name: string, asked: unknown): Promise<Said> => {
    try {
      const value = await mine[name]!(asked as never);
      return { kind: 'given', ticket, value };
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'refused', ticket, problem: error.problem };
      return { kind: 'failed', ticket, message: error instanceof Error ? error.message : String(error) };
    }
  };
  port.addEventListener('message', ({ data }) => {
    if (data.kind === 'ask') {
      void answer(data.ticket, data.name, data.asked).then((said) => port.postMessage(said));
      return;
    }
    const asker = waiting.get(data.ticket);
    waiting.delete(data.ticket);
    if (data.kind === 'given') asker?.give(data.value);
    else asker?.fail(data.kind === 'refused' ? new Refusal(data.problem) : new Error(data.message));
  });
  const ask = (name: string, asked: unknown): Promise<unknown> =>
    new Promise((give, fail) => {
      const ticket = ++tickets;
      waiting.set(ticket, { give, fail });
      port.postMessage({ kind: 'ask', ticket, name, asked } satisfies Said);
    });
  return {
    ask: ask as Talk<Theirs>['ask'],
    end(error) {
      for (const { fail } of waiting.values()) fail(error);
      waiting.clear();
    },
  };
}

import type { Design } from '../../shared/graph/design.ts';
import { linesBetween, type Work, wholeOf } from './work-journal.ts';

/** Where work is kept: of the host's calls the two that this needs. */
export interface Shelf {
  writeJournal(request: {
    readonly journal: string;
    readonly name: string;
    readonly grant: string;
    readonly model: string;
    readonly text: string;
    readonly whole: boolean;
    readonly clean: boolean;
  }): Promise<void>;
  endJournal(request: { readonly journal: string }): Promise<void>;
}

/** A document as the keeper sees it. */
export interface Watched extends Work {
  /** Tells one document from the next. */
  readonly opened: number;
  /** Whether it is shown for editing. */
  readonly open: boolean;
  readonly dirty: boolean;
  readonly name: string;
  /** The right to write its file; empty where it has none. */
  readonly grant: string;
  /** The ticket of the file that its weights are in; empty for none. */
  readonly model: string;
  /** What its file holds: another object after every save; undefined where it holds something else, or nothing. */
  readonly saved: Design | undefined;
}

export interface Keeper {
  /** Where the work that is seen now is kept; undefined where there is none to keep. */
  journal(): string | undefined;
  see(now: Watched): void;
  /** The next document is work that was kept there already: it stays there, so that it is there once whenever this ends. */
  adopt(journal: string): void;
  /** Sends what waits, at once; settles when all is on the disk. */
  flush(): Promise<void>;
  /** The work that is kept is wanted no more: the user said so. */
  drop(): Promise<void>;
}

interface Options {
  readonly shelf: Shelf;
  readonly newId: () => string;
  /** Calls back when nobody is waiting for anything. */
  readonly whenIdle: (task: () => void) => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * So many writes may be under way; what comes then waits, and goes together. Nobody draws so fast: what waits here is lost
 * with the page, and what is under way is not.
 */
const MOST_UNDER_WAY = 256;
/** With so many lines behind the last whole one, all is written anew once there is time. */
const MANY_LINES = 300;

interface Current {
  readonly id: string;
  readonly opened: number;
  seen: Watched;
  waiting: string;
  /** What waits replaces all that was written. */
  whole: boolean;
  /** What is written last, or waits, is all there is, and is no work. */
  clean: boolean;
  lines: number;
  /** How many writes there were, and which of them failed last; 0 while all that is written is kept. */
  sent: number;
  failed: number;
  told: boolean;
}

/** All that is kept of what is seen. */
const textOf = (now: Watched): string => wholeOf(now, now.dirty ? undefined : now.saved);

/** A journal of work as it is now. */
function begun(id: string, now: Watched): Current {
  return {
    id,
    opened: now.opened,
    seen: now,
    waiting: textOf(now),
    whole: true,
    clean: !now.dirty,
    lines: 0,
    sent: 0,
    failed: 0,
    told: false,
  };
}

/** Notes what has changed since the journal was last seen to. */
function add(journal: Current, now: Watched): void {
  const { seen } = journal;
  const same = seen.grant === now.grant && seen.saved === now.saved && seen.model === now.model;
  // Nothing to keep: where one looks is no work, and what was undone again is none any more.
  if (same && !now.dirty && journal.clean) return;
  const lines = journal.failed > 0 || !same || !now.dirty ? undefined : linesBetween(seen, now);
  journal.seen = now;
  if (lines === '') return;
  journal.clean = !now.dirty;
  if (lines === undefined || journal.whole) {
    journal.waiting = textOf(now);
    journal.whole = true;
  } else {
    journal.waiting += lines;
    journal.lines++;
  }
}

/**
 * Keeps work that is not saved, a journal for each document. It is begun when the document is opened, and anew when that is
 * saved, so that an edit only ever has to be added. What is done goes to the disk as it is done; only while the disk is far
 * behind do further ones wait, and then go together.
 */
export function createKeeper({ shelf, newId, whenIdle, onFailure }: Options): Keeper {
  let current: Current | undefined;
  let adopted: string | undefined;
  const under = new Set<Promise<void>>();

  function track(job: Promise<void>): Promise<void> {
    under.add(job);
    const done = (): void => void under.delete(job);
    job.then(done, done);
    return job;
  }

  function send(journal: Current): Promise<void> {
    const { id, waiting: text, whole, seen, clean } = journal;
    if (text === '') return Promise.resolve();
    journal.waiting = '';
    journal.whole = false;
    if (whole) journal.lines = 0;
    const nth = ++journal.sent;
    const { name, grant, model } = seen;
    return track(
      shelf.writeJournal({ journal: id, name, grant, model, text, whole, clean: whole && clean }).then(
        () => {
          // A line says nothing where the one before it is missing.
          if (!whole || nth < journal.failed) return;
          journal.failed = 0;
          journal.told = false;
        },
        (error: unknown) => {
          // Part of a line may be there: the next thing to be written is all of it.
          journal.failed = Math.max(journal.failed, nth);
          // Where there is no work, nothing is lost that one would have to know of.
          if (journal.told || clean) return;
          journal.told = true;
          onFailure(error);
        },
      ),
    );
  }

  function pump(): void {
    const journal = current;
    if (!journal || journal.waiting === '' || under.size >= MOST_UNDER_WAY) return;
    void send(journal).then(() => {
      if (journal.lines > MANY_LINES) compactLater(journal);
      pump();
    });
  }

  function compactLater(journal: Current): void {
    journal.lines = 0;
    whenIdle(() => {
      if (current !== journal) return;
      journal.waiting = textOf(journal.seen);
      journal.whole = true;
      pump();
    });
  }

  function end(): void {
    if (!current) return;
    const { id } = current;
    current = undefined;
    track(shelf.endJournal({ journal: id }).catch(onFailure));
  }

  return {
    journal: () => current?.id,
    adopt(journal) {
      adopted = journal;
    },
    see(now) {
      if (current && (!now.open || current.opened !== now.opened)) end();
      if (!now.open) return;
      if (current) add(current, now);
      else {
        current = begun(adopted ?? newId(), now);
        adopted = undefined;
      }
      pump();
    },
    async flush() {
      if (current) void send(current);
      await Promise.all(under);
    },
    async drop() {
      end();
      await Promise.all(under);
    },
  };
}

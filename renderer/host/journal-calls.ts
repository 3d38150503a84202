import type { Entry, Header, JournalFiles, Kept } from './journal-files.ts';
import { sentenceOf } from './sentence.ts';

/** What the worker that keeps journals answers; fails with a sentence. */
export type JournalCalls = {
  /** Fails where there are no files to be had. */
  open(nothing: null): Promise<void>;
  write(entry: Entry): Promise<void>;
  end(journal: string): Promise<void>;
  kept(living: readonly string[]): Promise<readonly Kept[]>;
  read(journal: string): Promise<{ readonly header: Header | undefined; readonly text: string } | null>;
  setAside(journal: string): Promise<string>;
};

/** Answers with the files, once they are there: then at once, before anything else is heard. */
export function answerWith(opening: Promise<JournalFiles>): JournalCalls {
  let files: JournalFiles | undefined;
  const opened = opening.then((opened) => {
    files = opened;
    return opened;
  });
  const told =
    <Asked, Answer>(act: (files: JournalFiles, asked: Asked) => Promise<Answer>) =>
    async (asked: Asked): Promise<Answer> => {
      try {
        return await act(files ?? (await opened), asked);
      } catch (error) {
        throw new Error(sentenceOf(error));
      }
    };
  return {
    open: told(async () => undefined),
    write: told((all, entry) => all.write(entry)),
    end: told((all, journal) => all.end(journal)),
    kept: told((all, living) => all.kept(living)),
    read: told((all, journal) => all.read(journal)),
    setAside: told((all, journal) => all.setAside(journal)),
  };
}

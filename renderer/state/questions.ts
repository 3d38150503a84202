/** Something that only the user can decide; answered with the id of a choice, or with undefined when they close it. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly choices: readonly { readonly id: string; readonly title: string; readonly primary?: boolean }[];
}

export interface Questions {
  /** Asks the user in a dialog. Who asked before and has no answer yet gets undefined. */
  ask(question: Question): Promise<string | undefined>;
  answer(choice: string | undefined): void;
}

/** Keeps who waits for the answer apart from what is asked: the state holds plain data alone. */
export function createQuestions(show: (question: Question | undefined) => void): Questions {
  let waiting: ((choice: string | undefined) => void) | undefined;
  const answer = (choice: string | undefined): void => {
    const told = waiting;
    waiting = undefined;
    show(undefined);
    told?.(choice);
  };
  return {
    ask: (question) =>
      new Promise((resolve) => {
        waiting?.(undefined);
        waiting = resolve;
        show(question);
      }),
    answer,
  };
}

/** Something that only the user can decide; answered with the id of a choice, or with undefined when they close it. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly choices: readonly { readonly id: string; readonly title: string; readonly primary?: boolean }[];
}

export interface Questions {
  /** Asks the user in a dialog. Questions come one after another: none takes another's place. */
  ask(question: Question): Promise<string | undefined>;
  answer(choice: string | undefined): void;
}

interface Waiting {
  readonly question: Question;
  readonly tell: (choice: string | undefined) => void;
}

/** Keeps who waits for the answer apart from what is asked: the state holds plain data alone. */
export function createQuestions(show: (question: Question | undefined) => void): Questions {
  const waiting: Waiting[] = [];
  return {
    ask: (question) =>
      new Promise((tell) => {
        waiting.push({ question, tell });
        if (waiting.length === 1) show(question);
      }),
    answer(choice) {
      const answered = waiting.shift();
      show(waiting[0]?.question);
      answered?.tell(choice);
    },
  };
}

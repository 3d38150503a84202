import { keepSaid } from '../i18n/again.ts';

/** Something that only the user can decide; answered with the id of a choice, or with undefined when they close it. */
export interface Question {
  readonly title: string;
  readonly text: string;
  readonly choices: readonly { readonly id: string; readonly title: string; readonly primary?: boolean }[];
  /** Whole numbers that are asked for beside the choice. */
  readonly numbers?: readonly AskedNumber[];
}

export interface AskedNumber {
  readonly id: string;
  readonly title: string;
  /** What is proposed. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
}

/** By the ids of what was asked for. */
export type Numbers = Readonly<Record<string, number>>;

export interface Questions {
  /** Asks the user in a dialog. Questions come one after another: none takes another's place. */
  ask(question: Question): Promise<string | undefined>;
  /** The same for numbers: those that stand there when the user chooses, undefined when they close it. */
  askNumbers(question: Question): Promise<Numbers | undefined>;
  answer(choice: string | undefined, numbers?: Numbers): void;
}

interface Waiting {
  readonly question: Question;
  readonly tell: (choice: string | undefined, numbers: Numbers) => void;
}

/** A question stands as long as nobody answers it: its texts are said again where the language changes meanwhile. */
function keepAsked({ title, text, choices, numbers = [] }: Question): void {
  for (const said of [title, text, ...[...choices, ...numbers].map((each) => each.title)]) keepSaid(said);
}

/** Keeps who waits for the answer apart from what is asked: the state holds plain data alone. */
export function createQuestions(show: (question: Question | undefined) => void): Questions {
  const waiting: Waiting[] = [];
  const add = (each: Waiting): void => {
    keepAsked(each.question);
    waiting.push(each);
    if (waiting.length === 1) show(each.question);
  };
  return {
    ask: (question) => new Promise((tell) => add({ question, tell })),
    askNumbers: (question) =>
      new Promise((resolve) => {
        const proposed = (question.numbers ?? []).map(({ id, value }) => [id, value] as const);
        const tell = (choice: string | undefined, numbers: Numbers): void =>
          resolve(choice === undefined ? undefined : { ...Object.fromEntries(proposed), ...numbers });
        add({ question, tell });
      }),
    answer(choice, numbers = {}) {
      const answered = waiting.shift();
      show(waiting[0]?.question);
      answered?.tell(choice, numbers);
    },
  };
}

import { app, type Question } from './app.ts';

/** Asks the user in a dialog; undefined when they close it. */
export function ask(question: Omit<Question, 'answer'>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const answer = (choice: string | undefined): void => {
      app.getState().set({ question: undefined });
      resolve(choice);
    };
    app.getState().set({ question: { ...question, answer } });
  });
}

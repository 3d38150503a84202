const MOST_DEEDS = 20;

/** What the user did last, by the ids of commands: for whoever looks for the cause of a fault. */
export interface Deeds {
  note(command: string): void;
  /** Oldest first. */
  last(): readonly string[];
}

export function createDeeds(): Deeds {
  let deeds: readonly string[] = [];
  return {
    note: (command) => {
      deeds = [...deeds, command].slice(-MOST_DEEDS);
    },
    last: () => deeds,
  };
}

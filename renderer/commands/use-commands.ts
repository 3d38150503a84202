import { createContext, useContext } from 'react';
import type { Commands } from './registry.ts';

const CommandsContext = createContext<Commands | undefined>(undefined);

/** Hands the commands to all that is drawn within. */
export const CommandsProvider = CommandsContext.Provider;

/** The commands of the app that a component is part of. */
export function useCommands(): Commands {
  const commands = useContext(CommandsContext);
  if (!commands) throw new Error('There are no commands around this component.');
  return commands;
}

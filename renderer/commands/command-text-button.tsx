import type { ReactNode } from 'react';
import { useCommands } from './use-commands.ts';

interface Props {
  readonly id: string;
  readonly className?: string;
  readonly onDone?: () => void;
  readonly children: ReactNode;
}

/** A button that says in words of its own what a command does here; none where no feature brings the command. */
export function CommandTextButton({ id, className = 'button', onDone, children }: Props) {
  const commands = useCommands();
  if (!commands.find(id)) return null;
  return (
    <button
      type="button"
      className={className}
      onClick={() => {
        void commands.run(id);
        onDone?.();
      }}
    >
      {children}
    </button>
  );
}

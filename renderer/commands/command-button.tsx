import { Tooltip } from 'radix-ui';
import { useT } from '../i18n/i18n.ts';
import { useApp } from '../state/use-app.ts';
import { useFocusTarget } from '../state/use-focus.ts';
import { shortcutText } from './shortcuts.ts';
import { useCommands } from './use-commands.ts';

/** The button of a command: its icon, its name on hover, grey while it cannot be done. */
export function CommandButton({
  id,
  labelled,
  primary,
}: {
  readonly id: string;
  readonly labelled?: boolean;
  readonly primary?: boolean;
}) {
  const t = useT();
  const commands = useCommands();
  const target = useFocusTarget<HTMLButtonElement>(`command.${id}`);
  const command = commands.find(id);
  const can = useApp(() => command !== undefined && commands.enabled(command));
  if (!command) return null;
  const { icon: Icon, shortcut } = command;
  const title = t(command.title);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          ref={target}
          type="button"
          className={labelled ? `button${primary ? ' is-primary' : ''}` : 'icon-button'}
          aria-label={title}
          data-command={id}
          disabled={!can}
          onClick={() => commands.run(id)}
        >
          {Icon ? <Icon size={16} /> : null}
          {labelled ? title : null}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" sideOffset={6}>
          {title} {shortcut ? <kbd>{shortcutText(shortcut)}</kbd> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

import { Tooltip } from 'radix-ui';
import { commandOf, enabled, run } from '../commands/registry.ts';
import { shortcutText } from '../commands/shortcuts.ts';
import { useT } from '../i18n/i18n.ts';
import { useApp } from '../store/app.ts';

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
  const command = commandOf(id);
  const can = useApp(() => enabled(command));
  const Icon = command.icon;
  const title = t(command.title);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          className={labelled ? `button${primary ? ' is-primary' : ''}` : 'icon-button'}
          aria-label={title}
          data-command={id}
          disabled={!can}
          onClick={() => run(id)}
        >
          {Icon ? <Icon size={16} /> : null}
          {labelled ? title : null}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tooltip" sideOffset={6}>
          {title} {command.shortcut ? <kbd>{shortcutText(command.shortcut)}</kbd> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

import { Dialog } from 'radix-ui';
import { menuNames } from '../commands/define.ts';
import { commandsOf } from '../commands/menu-model.ts';
import { shortcutText } from '../commands/shortcuts.ts';
import { useCommands } from '../commands/use-commands.ts';
import { useT } from '../i18n/i18n.ts';
import { useApp, useTheApp } from '../state/use-app.ts';

/** Keys that belong to the canvas and the fields, not to a command. */
const others: readonly (readonly [string, string])[] = [
  ['← → ↑ ↓', 'Walk the graph'],
  ['Shift + arrows', 'Walk and select more'],
  ['Alt + arrows', 'Move what is selected'],
  ['Alt + drag', 'Put a copy where it is let go of'],
  ['Shift while dragging', 'Go straight'],
  ['Escape while dragging', 'Leave all as it was'],
  ['Space + drag', 'Pan'],
  ['Tab', 'Add a layer after the selected one'],
  ['↑ ↓ in a number', 'Step it; ten at once with Shift'],
];

export function ShortcutsDialog() {
  const app = useTheApp();
  const commands = useCommands();
  const t = useT();
  const open = useApp((state) => state.overlay === 'shortcuts');
  return (
    <Dialog.Root open={open} onOpenChange={(next) => (next ? undefined : app.getState().closeOverlay())}>
      <Dialog.Portal>
        <Dialog.Overlay className="shade" />
        {/* Nothing in it takes the focus, so that it does itself: by the keys it scrolls where a window is low. */}
        <Dialog.Content className="dialog is-wide" aria-describedby={undefined} tabIndex={0}>
          <Dialog.Title>{t('Keyboard shortcuts')}</Dialog.Title>
          <div className="shortcut-columns">
            {menuNames.map((menu) => (
              <section key={menu}>
                <h3>{t(menu)}</h3>
                {commandsOf(commands, menu)
                  .filter(({ shortcut }) => shortcut)
                  .map(({ id, title, shortcut = '' }) => (
                    <p key={id}>
                      <span>{t(title)}</span>
                      <kbd>{shortcutText(shortcut)}</kbd>
                    </p>
                  ))}
              </section>
            ))}
            <section>
              <h3>{t('Canvas')}</h3>
              {others.map(([keys, title]) => (
                <p key={keys}>
                  <span>{t(title)}</span>
                  <kbd>{t(keys)}</kbd>
                </p>
              ))}
            </section>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { useT } from '../i18n/i18n.ts';
import type { Command } from './define.ts';
import { shortcutText } from './shortcuts.ts';

/** What a menu shows of a command, whichever menu it is in. */
export function CommandLine({ command: { icon: Icon, title, shortcut } }: { readonly command: Command }) {
  const t = useT();
  return (
    <>
      <span className="menu-icon">{Icon ? <Icon size={15} /> : null}</span>
      <span>{t(title)}</span>
      {shortcut ? <kbd>{shortcutText(shortcut)}</kbd> : null}
    </>
  );
}

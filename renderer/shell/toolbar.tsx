import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { setName } from '../../shared/graph/edits.ts';
import { CommandButton } from '../commands/command-button.tsx';
import { shortcutText } from '../commands/shortcuts.ts';
import { useCommands } from '../commands/use-commands.ts';
import { useT } from '../i18n/i18n.ts';
import { useNarrow } from '../parts/narrow.ts';
import { documentOf, isDirty } from '../state/app-state.ts';
import { useApp, useTheApp } from '../state/use-app.ts';
import { firstWithin, useFocusTarget } from '../state/use-focus.ts';
import { DrawerButton } from './drawer.tsx';
import { ViewsAt } from './use-features.tsx';

export function Toolbar() {
  const part = useFocusTarget<HTMLDivElement>('toolbar', firstWithin);
  const gauges = useFocusTarget<HTMLDivElement>('gauges', firstWithin);
  const search = useFocusTarget<HTMLButtonElement>('search');
  const commands = useCommands();
  const t = useT();
  const narrow = useNarrow();
  return (
    <div ref={part} className="toolbar" role="toolbar" aria-label={t('Toolbar')}>
      <CommandButton id="start" />
      {narrow ? <DrawerButton side="left" /> : null}
      <NameInput />
      <span className="rule" />
      <CommandButton id="undo" />
      <CommandButton id="redo" />
      <span className="rule" />
      <CommandButton id="layoutRight" />
      <CommandButton id="layoutDown" />
      <CommandButton id="fit" />
      <div ref={gauges} className="gauges">
        <ViewsAt place="gauges" />
      </div>
      <button
        ref={search}
        type="button"
        className="search-button"
        title={t('Search')}
        onClick={() => commands.run('commands')}
      >
        <Search size={14} />
        <span>{t('Search')}</span>
        <kbd>{shortcutText('Mod+K')}</kbd>
      </button>
      <CommandButton id="run" labelled primary />
      {narrow ? <DrawerButton side="right" /> : null}
    </div>
  );
}

function NameInput() {
  const app = useTheApp();
  const t = useT();
  const name = useApp((state) => documentOf(state).name);
  const dirty = useApp(isDirty);
  const [text, setText] = useState(name);
  useEffect(() => {
    setText(name);
  }, [name]);
  const commit = (): void => {
    const next = text.trim();
    if (next !== '' && next !== name) app.getState().editDocument(t('Rename design'), setName(next));
    else setText(name);
  };
  return (
    <h1 className="design-name">
      <input
        value={text}
        size={Math.min(26, Math.max(6, text.length))}
        maxLength={200}
        aria-label={t('Name of the design')}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') setText(name);
        }}
      />
      <span className={`dirty-dot${dirty ? '' : ' is-clean'}`} title={dirty ? t('Not saved') : ''} />
    </h1>
  );
}

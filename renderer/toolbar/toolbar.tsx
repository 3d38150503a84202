import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { quantities } from '../../shared/graph/design.ts';
import { setName } from '../../shared/graph/edits.ts';
import { run } from '../commands/registry.ts';
import { shortcutText } from '../commands/shortcuts.ts';
import { useT } from '../i18n/i18n.ts';
import { CommandButton } from '../parts/command-button.tsx';
import { app, documentOf, isDirty, useApp } from '../store/app.ts';
import { BudgetGauge } from './budget-gauge.tsx';

export function Toolbar() {
  const t = useT();
  return (
    <div className="toolbar" role="toolbar" aria-label={t('Toolbar')}>
      <CommandButton id="start" />
      <NameInput />
      <span className="rule" />
      <CommandButton id="undo" />
      <CommandButton id="redo" />
      <span className="rule" />
      <CommandButton id="layoutRight" />
      <CommandButton id="layoutDown" />
      <CommandButton id="fit" />
      <div className="gauges">
        {quantities.map((quantity) => (
          <BudgetGauge key={quantity} quantity={quantity} />
        ))}
      </div>
      <button type="button" className="search-button" title={t('Search')} onClick={() => run('commands')}>
        <Search size={14} />
        <span>{t('Search')}</span>
        <kbd>{shortcutText('Mod+K')}</kbd>
      </button>
      <CommandButton id="run" labelled primary />
    </div>
  );
}

function NameInput() {
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
    <span className="design-name">
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
    </span>
  );
}

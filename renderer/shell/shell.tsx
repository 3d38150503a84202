import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Feature } from '../commands/feature.ts';
import { hostMenus } from '../commands/menu-model.ts';
import type { Commands } from '../commands/registry.ts';
import { CommandsProvider, useCommands } from '../commands/use-commands.ts';
import { openDropped } from '../documents/files.ts';
import { useT } from '../i18n/i18n.ts';
import { tellCutTexts } from '../parts/cut-texts.ts';
import { showBytesIn } from '../parts/format.ts';
import type { App } from '../state/app.ts';
import { useThemeOnPage } from '../state/theme.ts';
import { AppProvider, useApp, useTheApp } from '../state/use-app.ts';
import { ConflictBar } from './conflict-bar.tsx';
import { Editor } from './editor.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { Finder } from './finder.tsx';
import { Menus } from './menu-bar.tsx';
import { NoticeDialog } from './notice-dialog.tsx';
import { OpeningDialog } from './opening-dialog.tsx';
import { ProgramBar } from './program-bar.tsx';
import { QuestionDialog } from './question-dialog.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { FeaturesProvider, ViewsAt } from './use-features.tsx';
import { VersionsDialog } from './versions-dialog.tsx';

const HOVER_MS = 400;

interface Props {
  readonly app: App;
  readonly commands: Commands;
  readonly features: readonly Feature[];
}

/** The window, and what stands over it. */
export function Shell({ app, commands, features }: Props) {
  return (
    <AppProvider value={app}>
      <CommandsProvider value={commands}>
        <FeaturesProvider value={features}>
          <ErrorBoundary app={app}>
            <Content />
          </ErrorBoundary>
        </FeaturesProvider>
      </CommandsProvider>
    </AppProvider>
  );
}

function Content() {
  const { host } = useTheApp();
  useThemeOnPage();
  useLanguageOnPage();
  useNativeMenu();
  useEffect(tellCutTexts, []);
  const over = useFileDrop();
  const t = useT();
  const screen = useApp((state) => state.screen);
  const units = useApp((state) => state.units);
  showBytesIn(units);
  return (
    <Tooltip.Provider delayDuration={HOVER_MS}>
      <div className="app" key={units}>
        {host.kind === 'browser' ? <Menus /> : null}
        <ConflictBar />
        <ProgramBar />
        {screen === 'start' ? <ViewsAt place="start" /> : <Editor />}
      </div>
      {over ? <div className="file-drop">{t('Drop to open')}</div> : null}
      <Finder />
      <NoticeDialog />
      <OpeningDialog />
      <QuestionDialog />
      <VersionsDialog />
      <ShortcutsDialog />
      <ViewsAt place="dialog" />
    </Tooltip.Provider>
  );
}

/** For screen readers, and for the fonts of the system. */
function useLanguageOnPage(): void {
  const language = useApp((state) => state.language);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
}

/** Tells the host its menus whenever what can be done, or the language, changes. */
function useNativeMenu(): void {
  const app = useTheApp();
  const commands = useCommands();
  useEffect(() => {
    if (app.host.kind !== 'desktop') return undefined;
    let told = '';
    const tell = (): void => {
      const menus = hostMenus(commands);
      const text = JSON.stringify(menus);
      if (text === told) return;
      told = text;
      void app.host.setMenu({ menus });
    };
    tell();
    return app.subscribe(tell);
  }, [app, commands]);
}

/** Files may be dropped anywhere; true while one is held over the window. */
function useFileDrop(): boolean {
  const app = useTheApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const holdsFile = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const hover = (event: DragEvent): void => {
      if (!holdsFile(event) || event.defaultPrevented) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (event.defaultPrevented || !holdsFile(event)) return;
      event.preventDefault();
      void openDropped(app, [...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', hover);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', hover);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [app]);
  return over;
}

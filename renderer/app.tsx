import { Tooltip } from 'radix-ui';
import { useEffect, useState } from 'react';
import { hostMenus } from './commands/menus.ts';
import { Editor } from './editor.tsx';
import { ExportDialog } from './exports/export-dialog.tsx';
import { host } from './host/host.ts';
import { useT } from './i18n/i18n.ts';
import { ConflictBar } from './overlays/conflict-bar.tsx';
import { Finder } from './overlays/finder.tsx';
import { NoticeDialog } from './overlays/notice-dialog.tsx';
import { QuestionDialog } from './overlays/question-dialog.tsx';
import { ShortcutsDialog } from './overlays/shortcuts-dialog.tsx';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { useThemeOnPage } from './parts/theme.ts';
import { StartPage } from './start/start-page.tsx';
import { useApp } from './store/app.ts';
import { openDropped } from './store/files.ts';
import { Menus } from './toolbar/menus.tsx';

const HOVER_MS = 400;

/** The window, and what stands over it. */
export function App() {
  return (
    <ErrorBoundary>
      <Window />
    </ErrorBoundary>
  );
}

function Window() {
  useThemeOnPage();
  useNativeMenu();
  const over = useFileDrop();
  const t = useT();
  const screen = useApp((state) => state.screen);
  return (
    <Tooltip.Provider delayDuration={HOVER_MS}>
      <div className="app">
        {host.kind === 'browser' ? <Menus /> : null}
        <ConflictBar />
        {screen === 'start' ? <StartPage /> : <Editor />}
      </div>
      {over ? <div className="file-drop">{t('Drop to open')}</div> : null}
      <Finder />
      <NoticeDialog />
      <QuestionDialog />
      <ShortcutsDialog />
      <ExportDialog />
    </Tooltip.Provider>
  );
}

/** Tells the host its menus whenever what can be done changes. */
function useNativeMenu(): void {
  const t = useT();
  // biome-ignore lint/correctness/useExhaustiveDependencies: menus are told again when the language changes.
  useEffect(() => {
    if (host.kind !== 'desktop') return undefined;
    let told = '';
    const tell = (): void => {
      const menus = hostMenus();
      const text = JSON.stringify(menus);
      if (text === told) return;
      told = text;
      void host.setMenu({ menus });
    };
    tell();
    return useApp.subscribe(tell);
  }, [t]);
}

/** Files may be dropped anywhere; true while one is held over the window. */
function useFileDrop(): boolean {
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
      void openDropped([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', hover);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', hover);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return over;
}

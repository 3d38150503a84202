import { keepSaid } from '../i18n/again.ts';
import type { MakeSlice } from './app-state.ts';
import type { DialogSlice } from './dialog-state.ts';

export const dialogSlice: MakeSlice<DialogSlice> = (set) => ({
  notice: undefined,
  overlay: 'none',
  word: undefined,
  question: undefined,

  notify: (notice) => {
    for (const text of [notice.title, ...notice.lines, notice.action?.title ?? '']) keepSaid(text);
    set({ notice });
  },
  dismissNotice: () => set({ notice: undefined }),
  say: (text) => {
    keepSaid(text);
    set({ word: { text } });
  },
  hush: () => set({ word: undefined }),
  showOverlay: (overlay) => set({ overlay }),
  closeOverlay: () => set({ overlay: 'none' }),
});

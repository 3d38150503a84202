import { type Language, showIn } from '../i18n/i18n.ts';
import { alive } from './alive.ts';
import type { MakeSlice } from './app-state.ts';
import { readChoice, type Storage } from './settings.ts';
import type { ViewSlice } from './view-state.ts';

export const viewSlice =
  (storage: Storage, language: Language): MakeSlice<ViewSlice> =>
  (set, get) => ({
    screen: 'start',
    selection: [],
    wires: [],
    items: [],
    illegal: new Set(),
    panel: 'costs',
    panelWhole: false,
    convention: readChoice(storage, 'convention'),
    heat: 'macs',
    runTimes: undefined,
    theme: readChoice(storage, 'theme'),
    language,
    units: readChoice(storage, 'units'),
    direction: 'right',
    wheel: readChoice(storage, 'wheel'),
    stages: storage.getItem('stages') !== 'off',

    select: (ids) => {
      const { selection, shown } = get();
      if (ids.length === selection.length && ids.every((id, i) => id === selection[i])) return;
      set({ selection: alive(ids, shown) });
    },
    selectWires: (wires) => set({ wires }),
    selectItems: (items) => set({ items }),
    forbidEnds: (illegal) => set({ illegal }),
    showPanel: (panel) => set({ panel }),
    togglePanelWhole: () => set({ panelWhole: !get().panelWhole }),
    countBy: (convention) => set({ convention }),
    showHeat: (heat) => set({ heat }),
    noteRunTimes: (runTimes) => {
      const { heat } = get();
      set(runTimes ? { runTimes } : { runTimes, heat: heat === 'time' ? 'macs' : heat });
    },
    chooseTheme: (theme) => {
      storage.setItem('theme', theme);
      set({ theme });
    },
    chooseLanguage: (chosen) => {
      storage.setItem('language', chosen);
      get().speak(chosen);
    },
    speak: (language) => {
      showIn(language);
      set({ language });
    },
    countBytesIn: (units) => set({ units }),
    flow: (direction) => set({ direction }),
    toggleStages: () => {
      const stages = !get().stages;
      storage.setItem('stages', stages ? 'on' : 'off');
      set({ stages });
    },
    chooseWheel: (wheel) => {
      storage.setItem('wheel', wheel);
      set({ wheel });
    },
  });

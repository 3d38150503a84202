import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Design } from '../../shared/graph/design.ts';
import type { Host } from '../../shared/host/contract.ts';
import { type Language, showIn } from '../i18n/i18n.ts';
import type { Steer } from '../workers/steer-client.ts';
import type { AppState } from './app-state.ts';
import { createDeeds, type Deeds } from './deeds.ts';
import { dialogSlice } from './dialog-slice.ts';
import { documentSlice } from './document-slice.ts';
import { createFocus, type FocusPort } from './focus.ts';
import { createQuestions, type Questions } from './questions.ts';
import type { Storage } from './settings.ts';
import { viewSlice } from './view-slice.ts';
import type { FlowDirection } from './view-state.ts';
import { createViewport, type ViewportPort } from './viewport.ts';

/** What other programs can paste, and what they copied. */
export interface Clipboard {
  readText(): Promise<string>;
  writeText(text: string): Promise<void>;
}

/** Works out where the nodes of a design stand. */
export type Arrange = (
  design: Design,
  direction: FlowDirection,
  signal?: AbortSignal,
) => Promise<Design['layout']>;

/** What the app stands in. */
export interface Surroundings {
  readonly host: Host;
  readonly storage: Storage;
  readonly language: Language;
  readonly clipboard: Clipboard;
  readonly arrange: Arrange;
  readonly steer: Steer;
  /** Which program this is, of which version, on what: for reports of faults. */
  readonly about: string;
  /** Aborted when the app is over: whoever listens to the page for it, or works for it aside, does so until then. */
  readonly ended: AbortSignal;
}

/** One app with one window: its state, and its doors to the canvas, the focus, the user and the host. */
export interface App
  extends Pick<StoreApi<AppState>, 'getState' | 'getInitialState' | 'subscribe'>,
    Questions {
  readonly host: Host;
  readonly storage: Storage;
  readonly clipboard: Clipboard;
  readonly arrange: Arrange;
  readonly steer: Steer;
  readonly about: string;
  readonly ended: AbortSignal;
  readonly deeds: Deeds;
  readonly viewport: ViewportPort;
  readonly focus: FocusPort;
}

/** Makes an app that nobody has seen yet: nothing in it needs a page. */
export function createApp(surroundings: Surroundings): App {
  const { host, storage, language, clipboard, arrange, steer, about, ended } = surroundings;
  showIn(language);
  const { getState, getInitialState, setState, subscribe } = createStore<AppState>()((set, get) => ({
    ...documentSlice(set, get),
    ...viewSlice(storage, language)(set, get),
    ...dialogSlice(set, get),
  }));
  return {
    getState,
    getInitialState,
    subscribe,
    host,
    storage,
    clipboard,
    arrange,
    steer,
    about,
    ended,
    deeds: createDeeds(),
    viewport: createViewport(),
    focus: createFocus(),
    ...createQuestions((question) => setState({ question })),
  };
}

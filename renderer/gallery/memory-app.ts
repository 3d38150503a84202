import type { Language } from '../i18n/i18n.ts';
import { type App, type Arrange, createApp } from '../state/app.ts';
import type { Storage } from '../state/settings.ts';
import { curveOf } from '../workers/curve.ts';
import type { Steer } from '../workers/steer-client.ts';
import { findDesignKnobs, fitDesign, makeVariant, zooFigures } from '../workers/steer-job.ts';
import { createMemoryHost, type MemoryHost } from './memory-host.ts';

export function createMemoryStorage(): Storage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

/** The steering of a window, without a worker. */
const steerHere: Steer = {
  knobs: async (design, asked) => findDesignKnobs(design, asked),
  make: async (design, turned, law) => makeVariant(design, turned, law),
  curve: async (request) => [...curveOf(request)],
  zoo: async (wanted, onFigures) => {
    for (const figures of zooFigures(wanted)) onFigures(figures);
  },
  fit: (design, request, { onProgress, onSample, signal }) =>
    fitDesign(design, request, {
      onProgress,
      onSample,
      isStopped: () => signal.aborted,
      pause: () => new Promise((resolve) => setTimeout(resolve, 0)),
    }),
};

interface Given {
  readonly language: Language;
  readonly arrange: Arrange;
  readonly about: string;
  readonly kind?: MemoryHost['kind'];
}

/** A whole app that keeps everything in memory: for tests, and for pages that show it without being it. */
export function createMemoryApp({ language, arrange, about, kind }: Given): {
  readonly app: App;
  readonly host: MemoryHost;
  readonly storage: ReturnType<typeof createMemoryStorage>;
  readonly clipboard: { text: string };
  /** Ends what listens to the page for it. */
  end(): void;
} {
  const over = new AbortController();
  const host = createMemoryHost(kind);
  const storage = createMemoryStorage();
  const clipboard = { text: '' };
  const app = createApp({
    host,
    storage,
    language,
    arrange,
    steer: steerHere,
    about,
    ended: over.signal,
    clipboard: {
      readText: async () => clipboard.text,
      writeText: async (text) => {
        clipboard.text = text;
      },
    },
  });
  return { app, host, storage, clipboard, end: () => over.abort() };
}

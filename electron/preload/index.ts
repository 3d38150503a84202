import { contextBridge, ipcRenderer, webFrame } from 'electron';
import {
  callNames,
  channelOf,
  type EventName,
  eventChannelOf,
  eventNames,
} from '../../shared/host/contract.ts';

/** Electron puts words of its own before what main says. */
async function invoke(channel: string, request: unknown): Promise<unknown> {
  try {
    return await ipcRenderer.invoke(channel, request);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(said.replace(/^Error invoking remote method '[^']*': (\w*Error: )?/, ''));
  }
}

/** Hands the contract to the page, call by call; main checks what comes through. */
const calls = Object.fromEntries(
  callNames.map((name) => [name, (request?: unknown) => invoke(channelOf(name), request)]),
);

contextBridge.exposeInMainWorld('netwright', {
  kind: 'desktop',
  ...calls,
  on(event: EventName, listener: (payload: unknown) => void) {
    if (!eventNames.includes(event)) throw new TypeError(`There is no event ${event}.`);
    const hear = (_: unknown, payload: unknown): void => listener(payload);
    ipcRenderer.on(eventChannelOf(event), hear);
    return () => {
      ipcRenderer.removeListener(eventChannelOf(event), hear);
    };
  },
});

/** As far as systems let texts be enlarged. */
const MOST_SCALE = 2.25;

/** The page is as large as the system's texts are set to be; all of it, so that no text is cut. */
function followTextScale(): void {
  const probe = document.createElement('div');
  probe.ariaHidden = 'true';
  Object.assign(probe.style, {
    position: 'fixed',
    visibility: 'hidden',
    pointerEvents: 'none',
    width: 'calc(100px * env(preferred-text-scale, 1))',
  });
  document.body.append(probe);
  let scale = 1;
  new ResizeObserver(([entry]) => {
    const wanted = Math.min(MOST_SCALE, Math.max(1, (entry?.contentRect.width ?? 100) / 100));
    if (Math.abs(wanted - scale) < 0.01) return;
    scale = wanted;
    webFrame.setZoomFactor(scale);
  }).observe(probe);
}

window.addEventListener('DOMContentLoaded', followTextScale);

import { contextBridge, ipcRenderer } from 'electron';
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

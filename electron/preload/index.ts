import { contextBridge, ipcRenderer } from 'electron';
import {
  callNames,
  channelOf,
  type EventName,
  eventChannelOf,
  eventNames,
} from '../../shared/host/contract.ts';

/** Hands the contract to the page, call by call; main checks what comes through. */
const calls = Object.fromEntries(
  callNames.map((name) => [name, (request?: unknown) => ipcRenderer.invoke(channelOf(name), request)]),
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

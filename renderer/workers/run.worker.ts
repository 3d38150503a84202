// Runs networks off the main thread: one session at a time, on the machines that a page can have.
import { openChannels } from '../../shared/base/log.ts';
import { fastestMachine, withFallback } from '../../shared/runtime/choose.ts';
import { createCpuMachine } from '../../shared/runtime/cpu/machine.ts';
import { createWebHost } from '../../shared/runtime/cpu/worker/web-host.ts';
import { type Ask, type OpenChannels, type Reply, serveSessions } from '../../shared/runtime/protocol.ts';
import { registerMachine } from '../../shared/runtime/session.ts';
import { webglMachine, webglObjection } from '../../shared/runtime/webgl/machine.ts';
import { rememberOnComputer } from './choice-memory.ts';

/** Kernels and their workers are served beside the page, one folder up from where bundles are. */
const cpu = createCpuMachine(createWebHost({ directory: new URL('../cpu/', self.location.href) }));
const webgl = withFallback(webglMachine({ host: cpu }), cpu);
registerMachine(cpu);
registerMachine(webgl);
registerMachine(
  fastestMachine(
    [{ machine: cpu }, { machine: webgl, objection: webglObjection }],
    rememberOnComputer(computer),
  ),
);

/** What a measurement is true for. */
function computer(): string {
  return `${navigator.hardwareConcurrency} threads, ${webgl.describe?.().note ?? ''}`;
}

serveSessions({
  post: (reply: Reply) => self.postMessage(reply),
  onMessage: (listener: (ask: Ask) => void) => {
    self.addEventListener('message', ({ data }: MessageEvent<Ask | OpenChannels>) => {
      if (data.kind === 'watch') openChannels(data.channels, (line) => console.debug(line));
      else listener(data);
    });
  },
});

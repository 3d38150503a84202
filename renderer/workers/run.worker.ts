// Runs networks off the main thread: one session at a time, on the backends that a page can have.
import { openChannels } from '../../shared/base/log.ts';
import { inWords } from '../../shared/base/messages.ts';
import { fastestBackend, withFallback } from '../../shared/runtime/choose.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createWebHost } from '../../shared/runtime/cpu/worker/web-host.ts';
import { type Ask, type OpenChannels, type Reply, serveSessions } from '../../shared/runtime/protocol.ts';
import { registerBackend } from '../../shared/runtime/session.ts';
import { webglBackend, webglObjection } from '../../shared/runtime/webgl/backend.ts';
import { rememberOnComputer } from './choice-memory.ts';

/** Kernels and their workers are served beside the page, one folder up from where bundles are. */
const cpu = createCpuBackend(createWebHost({ directory: new URL('../cpu/', self.location.href) }));
const webgl = withFallback(webglBackend({ host: cpu }), cpu);
registerBackend(cpu);
registerBackend(webgl);
registerBackend(
  fastestBackend(
    [{ backend: cpu }, { backend: webgl, objection: webglObjection }],
    rememberOnComputer(computer),
  ),
);

/** What a measurement is true for. */
function computer(): string {
  const device = webgl.describe?.().note;
  return `${navigator.hardwareConcurrency} threads, ${device ? inWords(device) : ''}`;
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

// Runs networks off the main thread: one session at a time, on the backends that a page can have.
import { openChannels } from '../../shared/base/log.ts';
import { inWords } from '../../shared/base/messages.ts';
import type { Backend } from '../../shared/runtime/backend.ts';
import { fastestBackend, withFallback } from '../../shared/runtime/choose.ts';
import { createCpuBackend } from '../../shared/runtime/cpu/backend.ts';
import { createWebHost } from '../../shared/runtime/cpu/worker/web-host.ts';
import { type Ask, type OpenChannels, type Reply, serveSessions } from '../../shared/runtime/protocol.ts';
import { registerBackend } from '../../shared/runtime/session.ts';
import { webglBackend, webglObjection } from '../../shared/runtime/webgl/backend.ts';
import { findWebgpu } from '../../shared/runtime/webgpu/backend.ts';
import { rememberOnComputer } from './choice-memory.ts';

/** Kernels and their workers are served beside the page, one folder up from where bundles are. */
const cpu = createCpuBackend(createWebHost({ directory: new URL('../cpu/', self.location.href) }));
const webgl = withFallback(webglBackend({ host: cpu }), cpu);
const ready = registerAll();

/** An adapter takes a moment to be found; where there is none, the list has no WebGPU. */
async function registerAll(): Promise<void> {
  const found = await findWebgpu();
  const webgpu = found && withFallback(found, cpu);
  const graphics = webgpu ? [webgpu, webgl] : [webgl];
  for (const backend of [cpu, ...graphics]) registerBackend(backend);
  const candidates = [
    { backend: cpu },
    ...(webgpu ? [{ backend: webgpu, objection: () => found.objection() }] : []),
    { backend: webgl, objection: webglObjection },
  ];
  registerBackend(
    fastestBackend(
      candidates,
      rememberOnComputer(() => computer(graphics)),
    ),
  );
}

/** What a measurement is true for. */
function computer(graphics: readonly Backend[]): string {
  const devices = graphics.map((backend) => {
    const device = backend.describe?.().note;
    return `${backend.name}: ${device ? inWords(device) : ''}`;
  });
  return [`${navigator.hardwareConcurrency} threads`, ...devices].join(', ');
}

serveSessions({
  post: (reply: Reply) => self.postMessage(reply),
  onMessage: (listener: (ask: Ask) => void) => {
    self.addEventListener('message', ({ data }: MessageEvent<Ask | OpenChannels>) => {
      if (data.kind === 'watch') openChannels(data.channels, (line) => console.debug(line));
      else void ready.then(() => listener(data));
    });
  },
});

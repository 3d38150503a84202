import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build, type PluginBuild } from 'esbuild';
import { scriptPickers } from '../e2e/app.ts';

/** Where one page's app lives, apart from the others': what a browser keeps it keeps for an address. */
export interface Place {
  /** The last edit that was drawn there. */
  drawn: number;
  /** What was there when the page was last loaded; undefined until it has said so. */
  found: number | undefined;
  /** What the page complains about. */
  readonly faults: string[];
}

/** What the page asks for as the worker that keeps its work. */
const WORKER = '/journal.worker.ts';

interface Wall {
  readonly places: readonly Place[];
  /** Shows all of them side by side. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a page that shows the app without its view in so many frames, each at an address of its own, and hears what they say. */
export async function serveWall(count: number): Promise<Wall> {
  const script = await bundled('page.ts');
  const worker = await bundled('../../renderer/host/journal.worker.ts');
  // One address for all, so that the browser makes sense of it once.
  const scripts = await listen(() => ({ type: 'text/javascript', body: script }));
  const pickers = `<script>(${scriptPickers.toString()})()</script>`;
  const page = `<!doctype html>${pickers}<script type=module crossorigin src="${scripts.url}page.js"></script>`;
  const places: Place[] = Array.from({ length: count }, () => ({ drawn: 0, found: undefined, faults: [] }));
  const served = await Promise.all(
    places.map((place) =>
      listen((path) => {
        if (path === '/') return { type: 'text/html', body: page };
        // A worker has to come from where its page does.
        if (path === WORKER) return { type: 'text/javascript', body: worker };
        hear(place, path);
        return { type: 'text/plain', body: '' };
      }),
    ),
  );
  const frames = served.map(({ url }) => `<iframe width=60 height=40 src="${url}"></iframe>`).join('');
  const wall = await listen(() => ({ type: 'text/html', body: `<!doctype html>${frames}` }));
  return {
    places,
    url: wall.url,
    async close() {
      for (const each of [wall, scripts, ...served]) await each.close();
    },
  };
}

function hear(place: Place, path: string): void {
  const [, told, what, nth = '', more = ''] = path.split('/');
  if (told !== 'told') return;
  if (what === 'fault') place.faults.push(decodeURIComponent(nth));
  if (what === 'drawn') place.drawn = Number(nth);
  if (what !== 'found') return;
  place.found = Number(nth);
  if (more !== '') place.faults.push(decodeURIComponent(more));
}

async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, file)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    // Workers are found from there.
    define: { 'import.meta.env.DEV': 'false', 'import.meta.url': 'location.href' },
    // What is loaded when it is wanted is not wanted here.
    plugins: [{ name: 'without-the-rest', setup: leaveOut }],
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

function leaveOut({ onResolve }: PluginBuild): void {
  onResolve({ filter: /./ }, ({ kind, path }) =>
    kind === 'dynamic-import' ? { path, external: true } : undefined,
  );
}

interface Answer {
  readonly type: string;
  readonly body: string;
}

async function listen(
  answer: (path: string) => Answer,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { type, body } = answer(request.url ?? '/');
    response.writeHead(200, { 'content-type': type, 'access-control-allow-origin': '*' }).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

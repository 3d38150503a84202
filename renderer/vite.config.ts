import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { NONCE } from '../shared/host/headers.mjs';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Nothing of these waits at its start, as the page does, which what is loaded later could then wait for in turn. */
const isEngine = (id: string): boolean => /[\\/](shared|node_modules)[\\/]/.test(id);

export default defineConfig({
  root: here('.'),
  base: './',
  html: { cspNonce: NONCE },
  plugins: [react()],
  // CanvasKit asks for them where it finds Node, which a page is not.
  resolve: {
    alias: { fs: here('./features/exports/no-node.ts'), path: here('./features/exports/no-node.ts') },
  },
  worker: { format: 'es' },
  build: {
    outDir: here('../out/renderer'),
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 5000,
    modulePreload: { polyfill: false },
    // How long plugins take depends on the machine, and is nothing that whoever starts the app could mend.
    rolldownOptions: {
      checks: { pluginTimings: false },
      // What every start takes of the engine and of libraries comes as one file, for dozens of small ones take longer to fetch.
      output: { codeSplitting: { groups: [{ name: 'engine', tags: ['$initial'], test: isEngine }] } },
    },
  },
});

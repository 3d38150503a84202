import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import type { AttackReport } from './attack-process.ts';
import { attacks } from './attacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'netwright-attacks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(`${attacks.length} files that mean harm are opened or refused for what they are, in half a gigabyte`, async () => {
  const script = join(folder, 'attack-process.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'attack-process.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as attackRequire } from 'node:module';\nconst require = attackRequire(import.meta.url);\nconst __dirname = import.meta.dirname;",
    },
  });
  // A process of its own, whose memory is that of the readers alone.
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=300', script]);
  const { wrong, peakBytes } = JSON.parse(stdout) as AttackReport;
  expect(wrong).toEqual([]);
  expect(peakBytes).toBeLessThan(512 * 2 ** 20);
}, 240_000);

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildKernels } from '../../../build/kernels.mjs';
import { variants } from '../../../shared/runtime/cpu/host.ts';

/** memory.atomic.wait32, aligned to four bytes, without an offset. */
const wait32 = Buffer.from([0xfe, 0x01, 0x02, 0x00]);

/** V8's baseline code spoils the local that a wait is given: `rest` reads none afterwards, and must not be inlined. */
test('each build for threads waits in one place only', async () => {
  const { outDir } = await buildKernels();
  for (const variant of variants) {
    const bytes = await readFile(join(outDir, `${variant}.wasm`));
    let waits = 0;
    for (let at = bytes.indexOf(wait32); at >= 0; at = bytes.indexOf(wait32, at + 1)) waits++;
    expect([variant, waits]).toEqual([variant, variant === 'single' ? 0 : 1]);
  }
}, 60_000);

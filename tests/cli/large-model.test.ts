import { spawn } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytes, int, message, node, type Part, tensor, text, value } from '../fuzz/protobuf.ts';
import { varintBytes } from '../fuzz/rebuild.ts';
import { type BuiltCommand, buildForTest } from './built-command.ts';

const GIB = 2 ** 30;
/** Two fully connected layers of this many features: two weights of 1 GiB each. */
const FEATURES = 16_384;
const MAX_RSS_BYTES = 300 * 2 ** 20;
/** The files have holes in the place of weights, so that they take next to nothing on the disk; asked for all the same. */
const freeBytes = (({ bavail, bsize }) => bavail * bsize)(statfsSync('.'));

/** Bytes, and holes of so many bytes. */
type Layout = readonly (Part | { readonly hole: number })[];

const lengthOf = (layout: Layout) =>
  layout.reduce((sum, part) => sum + ('hole' in part ? part.hole : part.length), 0);

/** A message of more than an array can hold. */
const large = (field: number, layout: Layout): Layout => [
  [...varintBytes(field * 8 + 2), ...varintBytes(lengthOf(layout))],
  ...layout,
];

const transposedWeights: Part = [...text(1, 'transB'), ...int(3, 1), ...int(20, 2)];
const body: readonly Part[] = [
  value(11, 'x', [1, FEATURES]),
  node('Gemm', ['x', 'first'], ['h'], [transposedWeights]),
  node('Relu', ['h'], ['r']),
  node('Gemm', ['r', 'second'], ['y'], [transposedWeights]),
  value(12, 'y', [1, FEATURES]),
];
const head: Part = [...int(1, 8), ...message(8, text(1, ''), int(2, 13))];
const dims = [FEATURES, FEATURES];

const inside: Layout = [
  head,
  ...large(7, [
    ...body,
    ...['first', 'second'].flatMap((name) =>
      large(5, [tensor(name, { dims }), ...large(9, [{ hole: GIB }])]),
    ),
  ]),
];

const beside = ['first', 'second'].map((name, i) =>
  bytes(
    5,
    tensor(name, { dims, external: { location: 'large.bin', offset: String(i * GIB), length: String(GIB) } }),
  ),
);
const outside: Layout = [head, ...large(7, [...body, ...beside])];

async function writeSparse(file: string, layout: Layout): Promise<void> {
  const handle = await open(file, 'w');
  let at = 0;
  for (const part of layout) {
    if ('hole' in part) at += part.hole;
    else {
      await handle.write(Uint8Array.from(part), 0, part.length, at);
      at += part.length;
    }
  }
  await handle.truncate(at);
  await handle.close();
}

describe.skipIf(freeBytes < 6 * GIB)('models of 2 GiB', () => {
  let command: BuiltCommand;
  beforeAll(async () => {
    command = await buildForTest();
    const hook =
      "process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'));";
    writeFileSync(join(command.folder, 'peak.cjs'), hook);
  });
  afterAll(() => command.remove());

  /** What a command prints, and the memory that its process took at most. */
  function run(
    args: readonly string[],
  ): Promise<{ code: number | null; stdout: string; peakBytes: number; milliseconds: number }> {
    const began = performance.now();
    const child = spawn(process.execPath, ['--require', './peak.cjs', command.script, ...args], {
      cwd: command.folder,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      stderr += part;
    });
    return new Promise((resolve) =>
      child.on('close', (code) =>
        resolve({
          code,
          stdout,
          peakBytes: Number(/peak (\d+)/.exec(stderr)?.[1]) * 1024,
          milliseconds: performance.now() - began,
        }),
      ),
    );
  }

  test.each([
    ['inside', inside],
    ['in a file beside it', outside],
  ] as const)(
    'with its weights %s, one shows shapes and costs without reading them',
    async (where, layout) => {
      await writeSparse(join(command.folder, 'large.onnx'), layout);
      await writeSparse(join(command.folder, 'large.bin'), [{ hole: 2 * GIB }]);
      const { code, stdout, peakBytes, milliseconds } = await run([
        'summary',
        'large.onnx',
        '--format',
        'json',
      ]);
      console.log(`weights ${where}: ${milliseconds.toFixed(0)} ms, ${(peakBytes / 2 ** 20).toFixed(0)} MiB`);
      expect(code).toBe(0);
      const { totals } = JSON.parse(stdout) as { totals: { params: number; macs: number } };
      expect(totals).toMatchObject({ params: 2 * FEATURES ** 2, macs: 2 * FEATURES ** 2 });
      expect(peakBytes).toBeLessThan(MAX_RSS_BYTES);
    },
  );
});

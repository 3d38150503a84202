import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Tensor } from '../../../shared/base/tensor.ts';
import { matchWeights } from '../../../shared/formats/checkpoints/match.ts';
import { readWeights } from '../../../shared/formats/checkpoints/read.ts';
import type { ByteSource } from '../../../shared/formats/weights/source.ts';
import type { LazyWeights } from '../../../shared/formats/weights/store.ts';
import { type ModelSession, openModel } from '../../../shared/models/open-model.ts';
import type { Backend } from '../../../shared/runtime/backend.ts';
import { createCpuBackend } from '../../../shared/runtime/cpu/backend.ts';
import { chooseVariant } from '../../../shared/runtime/cpu/choose-variant.ts';
import { tileOf } from '../../../shared/runtime/cpu/executable.ts';
import type { CpuHost } from '../../../shared/runtime/cpu/host.ts';
import type { KernelMemory } from '../../../shared/runtime/cpu/kernels.ts';
import { type MemoryStatement, stateMemory } from '../../../shared/runtime/cpu/statement.ts';
import { createNodeHost } from '../../../shared/runtime/cpu/worker/node-host.ts';
import { makePlan } from '../../../shared/runtime/plan/plan.ts';
import { registerBackend } from '../../../shared/runtime/session.ts';
import { seededWeights } from '../../../shared/runtime/weights.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { zooNetwork } from '../../bench/zoo-network.ts';

/** What a session of one network took, beside what was stated. */
export interface MemoryReport {
  readonly stated: MemoryStatement;
  /** The kernels' own memory after the runs. */
  readonly kernelBytes: number;
  /** By how much the process's resident memory rose at its highest; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
}

const tellsPeak = existsSync('/proc/self/clear_refs');

function statusBytes(field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  if (!found) throw new Error(`/proc/self/status has no ${field}.`);
  return Number(found[1]) * 1024;
}

/**
 * `memory-process NETWORK THREADS KERNELS [FILE]`: makes a session, of the model or the weights in FILE where it is given,
 * runs it three times, prints a MemoryReport.
 */
async function main(): Promise<void> {
  const [id = '', threads = '1', kernels = '', file] = process.argv.slice(2);
  const network = zooNetwork(id);
  const { id: input, outputDims } = network.steps[network.inputs[0]!]!;
  const image = Tensor.zeros(outputDims[0]!);
  const host = createNodeHost({ directory: pathToFileURL(`${kernels}/`) });
  const { module } = await chooseVariant(host);
  const target = { threads: Number(threads), ...(await tileOf(host, module)) };
  const plan = makePlan(network, { target });
  if (!plan.ok) throw new Error(plan.problems[0]!.message);
  const memories: KernelMemory[] = [];
  const watched: CpuHost = {
    ...host,
    createMemory(pages, shared) {
      const memory = host.createMemory(pages, shared);
      memories.push(memory);
      return memory;
    },
  };
  const opened = file === undefined ? undefined : await open(file);
  const weights = opened ? undefined : seededWeights(network, 1);
  globalThis.gc?.();
  if (tellsPeak) writeFileSync('/proc/self/clear_refs', '5');
  const before = tellsPeak ? statusBytes('VmRSS') : 0;
  // Threads do not keep the process alive by themselves.
  const alive = setInterval(() => undefined, 1000);
  const backend = createCpuBackend(watched, { variant: module.variant });
  const executable = opened
    ? await (file!.endsWith('.onnx')
        ? sessionOf(backend, opened.source, Number(threads))
        : backend.prepareStored!(network, await weightsIn(file!, opened.source), {
            threads: Number(threads),
          }))
    : await backend.prepare(network, weights!, { threads: Number(threads) });
  for (let i = 0; i < 3; i++) await executable.run({ [input]: image });
  const report: MemoryReport = {
    stated: stateMemory(plan.value),
    kernelBytes: Math.max(...memories.map(({ buffer }) => buffer.byteLength)),
    peakBytes: tellsPeak ? statusBytes('VmHWM') - before : undefined,
  };
  process.stdout.write(JSON.stringify(report));
  await executable.release();
  await opened?.close();
  clearInterval(alive);
}

/** As a script opens a model. */
function sessionOf(backend: Backend, source: ByteSource, threads: number): Promise<ModelSession> {
  registerBackend(backend);
  return openModel(source, { backend: 'cpu', threads });
}

async function weightsIn(file: string, source: ByteSource): Promise<LazyWeights> {
  const read = await readWeights(file, source);
  if (!read.ok) throw new Error(read.problems[0]!.message);
  return matchWeights(zooEntry(process.argv[2]!)!.build(), zooNetwork(process.argv[2]!), read.value).weights;
}

async function open(path: string) {
  const handle = await openFile(path);
  const { size } = await handle.stat();
  const source: ByteSource = {
    size,
    async read(offset, length, into) {
      const bytes = into ?? new Uint8Array(length);
      const { bytesRead } = await handle.read(bytes, 0, length, offset);
      if (bytesRead !== length) throw new RangeError(`${path} ends at ${offset + bytesRead}.`);
      return bytes;
    },
  };
  return { source, close: () => handle.close() };
}

await main();

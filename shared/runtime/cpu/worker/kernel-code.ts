import type { KernelModule, Variant } from '../host.ts';
import type { KernelMemory, Kernels } from '../kernels.ts';

/** A build of the kernels; undefined when this engine lacks an instruction that it uses. */
export async function compileKernels(
  variant: Variant,
  bytes: BufferSource,
): Promise<KernelModule | undefined> {
  try {
    return { variant, module: await WebAssembly.compile(bytes) };
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}

/** A memory of `pages` 64 KiB pages that can grow to 4 GiB; throws a RangeError when there is not so much. */
export function createKernelMemory(pages: number, shared: boolean): KernelMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: 65536, shared });
}

/** The kernels' exports, over a memory. */
export async function instantiateKernels(module: object, memory: KernelMemory): Promise<Kernels> {
  const env = {
    memory: memory as WebAssembly.Memory,
    now: () => performance.now(),
    abort: () => undefined,
  };
  const instance = await WebAssembly.instantiate(module as WebAssembly.Module, { env });
  return instance.exports as { readonly run: CallableFunction } as Kernels;
}

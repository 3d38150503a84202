/** Numbers of the WebGPU standard, which not every platform's types know. */
export const USAGE = {
  mapRead: 0x1,
  copySource: 0x4,
  copyTarget: 0x8,
  uniform: 0x40,
  storage: 0x80,
} as const;
export const COMPUTE_STAGE = 0x4;
export const MAP_TO_READ = 0x1;
/** Of tensors: kernels read and write them, and they are copied to and from. */
export const TENSOR_USAGE = USAGE.storage | USAGE.copySource | USAGE.copyTarget;

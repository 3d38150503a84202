/** What a page can know of the processor, and of the engine that translates the kernels for it. */
export function processorHere(): string {
  return `${navigator.hardwareConcurrency} processors, ${navigator.userAgent}`;
}

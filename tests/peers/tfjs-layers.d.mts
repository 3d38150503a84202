/** What the benchmarks use of tfjs. */
interface PeerTensor {
  data(): Promise<Float32Array | Int32Array | Uint8Array>;
  dispose(): void;
}
export const tf: {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tensor(data: Float32Array, dims: readonly number[]): PeerTensor;
};
export function runLayers(
  layers: readonly object[],
  tensors: ReadonlyMap<string, PeerTensor>,
  input: PeerTensor,
): PeerTensor;

export interface MnistSample {
  /** 28×28 grey values, row by row. */
  readonly pixels: Uint8Array;
  readonly label: number;
}
export const SIDE: number;
export function readMnist(folder: string): readonly MnistSample[];
export function divide(samples: readonly MnistSample[]): {
  readonly training: readonly MnistSample[];
  readonly heldBack: readonly MnistSample[];
};

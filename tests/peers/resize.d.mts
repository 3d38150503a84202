export interface ResizeRule {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates:
    | 'half_pixel'
    | 'half_pixel_symmetric'
    | 'pytorch_half_pixel'
    | 'align_corners'
    | 'asymmetric';
  readonly nearest: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
  readonly excludeOutside: boolean;
}
export const factors: readonly number[];
export const sizes: readonly number[];
export const rules: readonly ResizeRule[];
export function cases(): Iterable<{
  readonly rule: ResizeRule;
  readonly factor: number;
  readonly size: number;
}>;
export function elements(size: number): Float32Array;

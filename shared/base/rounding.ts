/**
 * Channels as MobileNetV2 and what came after round them: to a multiple of `divisor`, but never down by more than a tenth.
 * Source: torchvision (_make_divisible).
 */
export function makeDivisible(channels: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * channels ? rounded + divisor : rounded;
}

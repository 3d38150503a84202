import { type Dims, formatDims, formatSample } from '../base/dims.ts';
import { type Issue, issue } from '../base/problem.ts';

/** A batch of feature maps, taken apart. */
export interface MapDims {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The input as [N, C, H, W], or why it is not: sliding-window layers need maps. */
export function expectMap(title: string, dims: Dims): MapDims | Issue {
  const [batch, channels, height, width] = dims;
  if (dims.length === 4) return { batch: batch!, channels: channels!, height: height!, width: width! };
  return issue(
    'needs-feature-map',
    `${title} needs a feature map (channels×height×width), got ${dims.length === 2 ? `a vector of ${formatSample(dims)}` : formatDims(dims)}.`,
    dims.length === 2
      ? 'Put it before the flatten, or leave out the flatten.'
      : 'Reshape the input to channels×height×width.',
    { port: 'in' },
  );
}

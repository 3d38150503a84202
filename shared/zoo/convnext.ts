import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** Channels and blocks per stage: section 3 of the paper. */
const forms = {
  tiny: [96, [3, 3, 9, 3]],
  small: [96, [3, 3, 27, 3]],
  base: [128, [3, 3, 27, 3]],
  large: [192, [3, 3, 27, 3]],
} as const;

/** Layer norm over the channels of each position, which the layer takes last. */
function normChannels(b: NetworkBuilder, id: string): void {
  b.add(`${id}.last`, 'transpose', { perm: [0, 2, 3, 1] });
  b.add(id, 'layerNorm', { epsilon: 1e-6 });
  b.add(`${id}.first`, 'transpose', { perm: [0, 3, 1, 2] });
}

function convnext(size: keyof typeof forms): ZooEntry {
  const [width, depths] = forms[size];
  const title = `ConvNeXt-${size[0]!.toUpperCase()}${size.slice(1)}`;
  return {
    id: `convnext_${size}`,
    title,
    family: 'ConvNeXt',
    year: 2022,
    source: 'Liu et al. 2022, section 3, as in torchvision',
    summary: 'A ResNet modernised step by step until it matches Transformers.',
    build() {
      const b = new NetworkBuilder();
      b.input(3, 224);
      b.conv('features.0.0', width, 4, { stride: 4 });
      normChannels(b, 'features.0.1');
      for (const [stage, depth] of depths.entries()) {
        const channels = width << stage;
        if (stage > 0) {
          normChannels(b, `features.${2 * stage}.0`);
          b.conv(`features.${2 * stage}.1`, channels, 2, { stride: 2 });
        }
        for (let i = 0; i < depth; i++) b.add(`features.${2 * stage + 1}.${i}`, 'convNext', { channels });
      }
      b.add('avgpool', 'globalAvgPool');
      b.add('classifier.0', 'layerNorm', { epsilon: 1e-6 });
      b.add('classifier.2', 'linear', { features: 1000 });
      b.add('output', 'output');
      return b.design(title, 'Depthwise 7×7, layer norm, inverted bottlenecks.');
    },
  };
}

export const convnexts: readonly ZooEntry[] = (['tiny', 'small', 'base', 'large'] as const).map(convnext);

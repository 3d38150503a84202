/** Sets of rules that belong together. A rule names the presets that switch it on; a design can change each rule. */
export const presets = {
  recommended: {
    title: 'Recommended',
    doc: 'What is a mistake, or a waste, in almost any network.',
  },
  vgg: {
    title: 'VGG',
    doc: 'Recommended, and the design rules of VGG: 3×3 convolutions, 2×2 pools, channels that double.',
  },
  googlenet: {
    title: 'GoogLeNet',
    doc: 'Recommended, and the economy of GoogLeNet: shrink the map early, end in a global average.',
  },
  resnet: {
    title: 'ResNet',
    doc: 'Recommended, and the lessons of residual networks: shortcuts once a network is deep.',
  },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly doc: string }>>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
/** For rules that hold everywhere. */
export const everyPreset: readonly PresetName[] = presetNames;

export function isPresetName(name: string): name is PresetName {
  return Object.hasOwn(presets, name);
}

import { makeDivisible } from '../base/rounding.ts';
import type { Design } from '../graph/design.ts';
import { NetworkBuilder } from './builder.ts';
import type { ZooEntry } from './define.ts';

/** What a RegNet is told by. */
export interface RegNetLaw {
  readonly depth: number;
  /** Width of the first block, w₀. */
  readonly initialWidth: number;
  /** How much wider each block is than the one before, w_a. */
  readonly slope: number;
  /** Factor between the widths that are allowed, w_m. */
  readonly factor: number;
  readonly groupWidth: number;
}

export interface RegNetStage {
  readonly width: number;
  readonly depth: number;
  readonly groups: number;
}

/** A multiple of eight, halves to the even one as Python rounds. */
function quantised(width: number): number {
  const eighths = width / 8;
  const floor = Math.floor(eighths);
  const up = eighths - floor > 0.5 || (eighths - floor === 0.5 && floor % 2 === 1);
  return (up ? floor + 1 : floor) * 8;
}

/**
 * The stages that RegNet's law gives: block j would be w₀ + w_a·j wide; it gets the nearest w₀·w_m^k, rounded to a multiple
 * of eight; blocks of one width are a stage. Widths are then made multiples of the group width.
 * Source: Radosavovic et al. 2020, section 3.3; torchvision (BlockParams).
 */
export function regNetStages({
  depth,
  initialWidth,
  slope,
  factor,
  groupWidth,
}: RegNetLaw): readonly RegNetStage[] {
  const widths = Array.from({ length: depth }, (_, j) => {
    const power = Math.round(Math.log((initialWidth + slope * j) / initialWidth) / Math.log(factor));
    return quantised(initialWidth * factor ** power);
  });
  return [...new Set(widths)].map((wanted) => {
    const group = Math.min(groupWidth, wanted);
    const width = makeDivisible(wanted, group);
    return { width, depth: widths.filter((each) => each === wanted).length, groups: width / group };
  });
}

const laws = {
  y_400mf: [16, 48, 27.89, 2.09, 8],
  y_800mf: [14, 56, 38.84, 2.4, 16],
  y_1_6gf: [27, 48, 20.71, 2.65, 24],
  y_3_2gf: [21, 80, 42.63, 2.66, 24],
  y_8gf: [17, 192, 76.82, 2.19, 56],
  y_16gf: [18, 200, 106.23, 2.48, 112],
  y_32gf: [20, 232, 115.89, 2.53, 232],
  y_128gf: [27, 456, 160.83, 2.52, 264],
  x_400mf: [22, 24, 24.48, 2.54, 16],
  x_800mf: [16, 56, 35.73, 2.28, 16],
  x_1_6gf: [18, 80, 34.01, 2.25, 24],
  x_3_2gf: [25, 88, 26.31, 2.25, 48],
  x_8gf: [23, 80, 49.56, 2.88, 120],
  x_16gf: [22, 216, 55.59, 2.1, 128],
  x_32gf: [23, 320, 69.86, 2.0, 168],
} as const;

function regnet(name: keyof typeof laws): ZooEntry {
  const [depth, initialWidth, slope, factor, groupWidth] = laws[name];
  const excites = name.startsWith('y');
  const size = name
    .slice(2)
    .replace('_', '.')
    .replace(/[mg]f$/, (unit) => unit.toUpperCase());
  const title = `RegNet${excites ? 'Y' : 'X'}-${size}`;
  return {
    id: `regnet_${name}`,
    title,
    family: 'RegNet',
    year: 2020,
    source: 'Radosavovic et al. 2020, appendix D, as in torchvision',
    summary: `Widths on a line, quantised: ${excites ? 'with squeeze-excite, ' : ''}a space of networks instead of one.`,
    build: () => regNet({ depth, initialWidth, slope, factor, groupWidth }, excites, title),
  };
}

/** The RegNet that a law gives, with squeeze-excite where it is a RegNetY. */
export function regNet(law: RegNetLaw, excites: boolean, title = `RegNet${excites ? 'Y' : 'X'}`): Design {
  const { depth, initialWidth, slope, factor, groupWidth } = law;
  const b = new NetworkBuilder();
  b.input(3, 224);
  b.unit('stem', 32, 3, { stride: 2 });
  let channels = 32;
  for (const [stage, { width, depth: blocks, groups }] of regNetStages(law).entries()) {
    for (let i = 0; i < blocks; i++) {
      const stride = i === 0 ? 2 : 1;
      b.add(`trunk_output.block${stage + 1}.block${stage + 1}-${i}`, 'bottleneck', {
        channels: width,
        groups,
        expansion: 1,
        stride: [stride, stride],
        shortcut: i === 0 ? 'projection' : 'identity',
        ...(excites ? { squeezeExcite: 'inner', squeezed: Math.round(channels / 4) } : {}),
      });
      channels = width;
    }
  }
  b.classify('fc');
  return b.design(
    title,
    `Depth ${depth}, w₀ ${initialWidth}, w_a ${slope}, w_m ${factor}, groups of ${groupWidth}.`,
  );
}

export const regnets: readonly ZooEntry[] = (Object.keys(laws) as (keyof typeof laws)[]).map(regnet);

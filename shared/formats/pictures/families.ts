import type { Group } from '../../layers/define.ts';

/** `#rrggbb` */
export type Colour = `#${string}`;

export interface FamilyColours {
  /** Strong: icons, heat strips, outlines. At least 3:1 against the theme's ground. */
  readonly solid: Colour;
  /** Pale: the face of a box, on which `ink` is read. */
  readonly face: Colour;
  /** Text and fine lines on `face`; at least 4.5:1. */
  readonly ink: Colour;
}

export type Theme = 'light' | 'dark';

/** One colour per family: the same in the palette, on the canvas, in the 3D view and in exported pictures. */
export const families: Readonly<Record<Theme, Readonly<Record<Group, FamilyColours>>>> = {
  light: {
    io: { solid: '#5b6472', face: '#eceef2', ink: '#2d3440' },
    convolution: { solid: '#2563c9', face: '#e2ecfc', ink: '#173f86' },
    pooling: { solid: '#c2410c', face: '#fdeadd', ink: '#8a2e09' },
    dense: { solid: '#7c3aed', face: '#efe7fe', ink: '#54219f' },
    normalisation: { solid: '#0d7f86', face: '#dcf3f3', ink: '#08565c' },
    activation: { solid: '#a16207', face: '#fbf1d5', ink: '#6e4205' },
    merge: { solid: '#be185d', face: '#fce5ef', ink: '#861141' },
    shape: { solid: '#4d7c0f', face: '#ecf5dc', ink: '#35560a' },
    math: { solid: '#6d6a0f', face: '#f3f2d6', ink: '#4a480a' },
    block: { solid: '#15803d', face: '#def5e6', ink: '#0f5a2b' },
  },
  dark: {
    io: { solid: '#9aa5b8', face: '#2a2f39', ink: '#d5dbe6' },
    convolution: { solid: '#6ea4ff', face: '#1b2c4a', ink: '#c6dcff' },
    pooling: { solid: '#fb8a4c', face: '#44271a', ink: '#ffd3b8' },
    dense: { solid: '#b18cff', face: '#33264f', ink: '#e0d0ff' },
    normalisation: { solid: '#3fc4cb', face: '#14373a', ink: '#b5eff2' },
    activation: { solid: '#e0b040', face: '#3c3115', ink: '#f7e2a9' },
    merge: { solid: '#f472b0', face: '#472034', ink: '#ffcbe2' },
    shape: { solid: '#a3d04f', face: '#2a3716', ink: '#dbf2b3' },
    math: { solid: '#cfcb4a', face: '#363513', ink: '#f0eeb0' },
    block: { solid: '#4ccb7c', face: '#173824', ink: '#bdf2d0' },
  },
};

export interface Ground {
  readonly page: Colour;
  readonly ink: Colour;
  readonly muted: Colour;
  readonly line: Colour;
}

export const grounds: Readonly<Record<Theme, Ground>> = {
  light: { page: '#ffffff', ink: '#1b2230', muted: '#5d6777', line: '#8a94a6' },
  dark: { page: '#14171d', ink: '#e8ecf3', muted: '#9ba6b7', line: '#6f7a8c' },
};

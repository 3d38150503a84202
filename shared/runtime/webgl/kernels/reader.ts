import { fetchFunction, type Target } from '../glsl.ts';
import type { Layout } from '../layout.ts';

/** How a tensor's texels are read where another's targets are written. */
export interface Reader {
  /** Declares the sampler, and a function where one is needed; stands before `main`. */
  readonly code: string;
  read(target: Target): string;
}

/** Reads the sampler `name`: straight from the same texel when the layouts agree. */
export function reader(name: string, layout: Layout, output: Layout): Reader {
  if (sameLayout(layout, output)) {
    return {
      code: `uniform sampler2DArray ${name};\n`,
      read: ({ index }) => `texelFetch(${name},ivec3(px,py,${index}),0)`,
    };
  }
  return {
    code: fetchFunction(name, layout),
    read: ({ quad, y, x }) => `${name}_at(n,${quad},${y},${x})`,
  };
}

function sameLayout(a: Layout, b: Layout): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.tile.quads === b.tile.quads &&
    a.tile.rows === b.tile.rows &&
    a.tile.columns === b.tile.columns &&
    a.blocksPerFold === b.blocksPerFold
  );
}

import { LANES } from '../dispatch.ts';

/** What all invocations of a workgroup have found, brought together: `combine` of their numbers, told to each. */
function together(name: string, combine: string): string {
  return (
    `fn ${name}(mine:f32,lane:u32)->f32{found[lane]=mine;workgroupBarrier();` +
    `for(var half=${LANES / 2}u;half>0u;half>>=1u){if(lane<half){let a=found[lane];let b=found[lane+half];found[lane]=${combine};}workgroupBarrier();}` +
    'let all=found[0];workgroupBarrier();return all;}\n'
  );
}

const MEMORY = `var<workgroup> found:array<f32,${LANES}>;\n`;

/** Defines `total(mine, lane)`. */
export const TOTAL = `${MEMORY}${together('total', 'a+b')}`;
/** And `largest` and `least`. */
export const TOGETHER = `${TOTAL}${together('largest', 'max(a,b)')}${together('least', 'min(a,b)')}`;

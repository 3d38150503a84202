import type { AttentionOp, MapView, TokenPlaces } from '../../plan/graph.ts';
import {
  type BufferSource,
  type Dispatch,
  dispatchOf,
  float,
  LANES,
  Unsupported,
  weightSource,
} from '../dispatch.ts';

/** Queries of a workgroup: a vector of them meets each key. */
const QUERIES = 4;
/** Features of a head whose queries fit the memory of a workgroup. */
const MAX_FEATURES = 768;

const ROLES = ['query', 'key', 'value', 'result'] as const;
type Role = (typeof ROLES)[number];

/** Maps of queries, keys, values and results. */
type Views = Readonly<Record<Role, MapView>>;

/**
 * Attention where queries, keys and values lie, in one step: a workgroup takes some queries of a head, goes through the keys
 * block by block, and keeps the largest score so far, the sum of shares, and the values weighed by them; scores never leave it.
 */
export function attention(
  op: AttentionOp,
  inputs: readonly BufferSource[],
  output: BufferSource,
  views: Views,
): Dispatch {
  const [query, key, value, ...masks] = inputs as readonly [BufferSource, BufferSource, BufferSource];
  const { heads, keyHeads, queries, keys, features, valueFeatures, factor, places, macs } = op;
  if (features > MAX_FEATURES) throw new Unsupported(`heads of ${features} features`);
  const { table, starts } = placesTable(op, masks.length);
  const channelInts = ROLES.flatMap((role) => [
    [`${role}Head`, places[role].headChannels],
    [`${role}Area`, views[role].height * views[role].width],
  ]);
  const added = Object.fromEntries(masks.map((mask, i) => [`M${i}`, mask]));
  return dispatchOf({
    reads: { Q: query, K: key, V: value, ...added },
    table,
    writes: output,
    ints: {
      heads,
      perKeyHead: heads / keyHeads,
      queries,
      keys,
      features,
      valueFeatures,
      ...starts,
      ...Object.fromEntries(channelInts),
    },
    floats: { factor },
    declarations: `${declarationsOf(features)}${ROLES.map(placeFunction).join('')}`,
    body: bodyOf(masks.length, Math.ceil(valueFeatures / LANES)),
    groups: [Math.ceil(queries / QUERIES), places.query.stacks.length * heads, 1],
    macs,
  });
}

/** Where stacks and tokens lie, one list after the other, and where each list starts in the table. */
function placesTable(
  { places, masks }: AttentionOp,
  maskCount: number,
): { readonly table: BufferSource; readonly starts: Readonly<Record<string, number>> } {
  const lists: (readonly [name: string, numbers: readonly number[]])[] = ROLES.flatMap(
    (role: Role): (readonly [string, readonly number[]])[] => {
      const { stacks, tokens }: TokenPlaces = places[role];
      return [
        [`${role}Stacks`, stacks],
        [`${role}Tokens`, tokens],
      ];
    },
  );
  for (let i = 0; i < maskCount; i++) lists.push([`images${i}`, masks[i]!]);
  const starts: Record<string, number> = {};
  let elements = 0;
  for (const [name, { length }] of lists) {
    starts[name] = elements;
    elements += length;
  }
  const numbers = lists.flatMap(([, list]) => list);
  // What it says tells it apart: batches have tables of their own, and layers share them.
  const table = weightSource(`places ${numbers.join(' ')}`, elements, () => Int32Array.from(numbers));
  return { table, starts };
}

function declarationsOf(features: number): string {
  return `var<workgroup> asked:array<vec4f,${features}>;\nvar<workgroup> scores:array<vec4f,${LANES}>;\n`;
}

/** Where the first channel of a token is, in the head at hand. */
function placeFunction(role: Role): string {
  return `fn ${role}At(stack:i32,head:i32,token:i32)->i32{return T[p.${role}Stacks+stack]+T[p.${role}Tokens+token]+head*p.${role}Head*p.${role}Area;}\n`;
}

function bodyOf(masks: number, parts: number): string {
  const each = (count: number, make: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('');
  const vector = (make: (j: number) => string): string => `vec4f(${[0, 1, 2, 3].map(make).join(',')})`;
  const lowest = float(-3.4028234e38);
  return (
    'let pile=i32(group.y);let stack=pile/p.heads;let head=pile-stack*p.heads;let keyHead=head/p.perKeyHead;\n' +
    each(QUERIES, (j) => `let t${j}=min(i32(group.x)*${QUERIES}+${j},p.queries-1);`) +
    each(QUERIES, (j) => `let q${j}=queryAt(stack,head,t${j});`) +
    `\nfor(var c=i32(lane);c<p.features;c+=${LANES}){asked[c]=${vector((j) => `Q[q${j}+c*p.queryArea]`)};}\nworkgroupBarrier();\n` +
    `var peak=vec4f(${lowest});var sum=vec4f(0.0);${each(parts, (a) => `var r${a}=vec4f(0.0);`)}\n` +
    `for(var k0=0;k0<p.keys;k0+=${LANES}){let count=min(${LANES},p.keys-k0);var s=vec4f(${lowest});\n` +
    'if(i32(lane)<count){let key=k0+i32(lane);let at=keyAt(stack,keyHead,key);s=vec4f(0.0);' +
    'for(var c=0;c<p.features;c++){s+=asked[c]*K[at+c*p.keyArea];}s*=p.factor;\n' +
    each(
      masks,
      (i) =>
        `{let row=(T[p.images${i}+pile]*p.keys+key)*p.queries;s+=${vector((j) => `M${i}[row+t${j}]`)};}\n`,
    ) +
    '}\nscores[lane]=s;workgroupBarrier();let before=peak;for(var t=0;t<count;t++){peak=max(peak,scores[t]);}\nworkgroupBarrier();\n' +
    'if(i32(lane)<count){scores[lane]=exp(s-peak);}\nworkgroupBarrier();\n' +
    `let faded=exp(before-peak);sum*=faded;${each(parts, (a) => `r${a}*=faded;`)}\n` +
    'for(var t=0;t<count;t++){let w=scores[t];sum+=w;let at=valueAt(stack,keyHead,k0+t);' +
    each(
      parts,
      (a) => `{let c=i32(lane)+${a * LANES};if(c<p.valueFeatures){r${a}+=w*V[at+c*p.valueArea];}}`,
    ) +
    '}\nworkgroupBarrier();}\n' +
    // A query from which every key is hidden takes nothing.
    `${masks > 0 ? 'sum=max(sum,vec4f(1.17549435e-38));' : ''}\n` +
    each(
      QUERIES,
      (j) =>
        `if(i32(group.x)*${QUERIES}+${j}<p.queries){let at=resultAt(stack,head,t${j});${each(
          parts,
          (a) =>
            `{let c=i32(lane)+${a * LANES};if(c<p.valueFeatures){Y[at+c*p.resultArea]=r${a}[${j}]/sum[${j}];}}`,
        )}}\n`,
    )
  );
}

/** Specs of any size, each large in a way of its own: what is slow in any of them is slow in some file. */

interface Node {
  readonly id: string;
  readonly kind: string;
  readonly from?: unknown;
  readonly params?: object;
  readonly bypass?: boolean;
  readonly suppress?: readonly object[];
}

const input: Node = { id: 'input', kind: 'input', params: { shape: [4, 8, 8] } };
const output = (from: string): Node => ({ id: 'output', kind: 'output', from });

function list<T>(count: number, of: (i: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, i) => of(i));
}

const before = (i: number, name = 'n'): string => (i === 0 ? 'input' : `${name}${i - 1}`);

/** A chain of nodes that `of` makes from their number and what they read. */
function chain(count: number, of: (id: string, from: string, i: number) => Node): object {
  return {
    netwright: 2,
    nodes: [input, ...list(count, (i) => of(`n${i}`, before(i), i)), output(before(count))],
  };
}

const relu = (id: string, from: string): Node => ({ id, kind: 'relu', from });

/** The designs by what is many in them; `size` is about the number of nodes or wires. */
export const largeSpecs: Readonly<Record<string, (size: number) => object>> = {
  'a chain': (size) => chain(size, relu),
  'a chain of convolutions with biases before normalisations': (size) =>
    chain(size, (id, from, i) =>
      i % 2 === 0
        ? { id, kind: 'conv2d', from, params: { channels: 4, padding: 1 } }
        : { id, kind: 'batchNorm', from },
    ),
  'convolutions of many shapes': (size) =>
    chain(size, (id, from, i) => ({ id, kind: 'conv2d', from, params: { channels: 1 + i, padding: 1 } })),
  'normalisations in a row': (size) => chain(size, (id, from) => ({ id, kind: 'batchNorm', from })),
  'pools that change nothing': (size) =>
    chain(size, (id, from) => ({ id, kind: 'maxPool', from, params: { kernel: 1, stride: 1 } })),
  'bypassed nodes in a row': (size) => chain(size, (id, from) => ({ ...relu(id, from), bypass: true })),
  'bypassed sums of sums': (size) =>
    chain(size, (id, from) => ({ id, kind: 'add', from: [from, from], bypass: true })),
  'sums of sums': (size) => chain(size, (id, from) => ({ id, kind: 'add', from: [from, from] })),
  'shortcuts around every two layers': (size) =>
    chain(size, (id, from, i) =>
      i % 3 === 2 ? { id, kind: 'add', from: [from, before(i - 2)] } : relu(id, from),
    ),
  'shortcuts that do not fit': (size) =>
    chain(size, (id, from, i) =>
      i % 3 === 2
        ? { id, kind: 'add', from: [from, 'input'] }
        : { id, kind: 'conv2d', from: i % 3 === 0 ? 'input' : from, params: { channels: 8, padding: 1 } },
    ),
  'shortcuts of all lengths to the end': (size) => ({
    netwright: 2,
    nodes: [
      input,
      ...list(size, (i) => relu(`n${i}`, before(i))),
      ...list(size, (i) => ({ id: `s${i}`, kind: 'add', from: [before(i, 's'), `n${size - 1 - i}`] })),
      output(before(size, 's')),
    ],
  }),
  'branches into one concat': (size) => ({
    netwright: 2,
    nodes: [
      input,
      ...list(size, (i) => relu(`n${i}`, 'input')),
      { id: 'join', kind: 'concat', from: list(size, (i) => `n${i}`) },
      output('join'),
    ],
  }),
  'branches into one concat by name, backwards': (size) => ({
    netwright: 2,
    nodes: [
      input,
      ...list(size, (i) => relu(`n${i}`, 'input')),
      { id: 'join', kind: 'concat', from: Object.fromEntries(list(size, (i) => [`in${size - i}`, `n${i}`])) },
      output('join'),
    ],
  }),
  'one node into a concat, again and again': (size) => ({
    netwright: 2,
    nodes: [input, { id: 'join', kind: 'concat', from: list(size, () => 'input') }, output('join')],
  }),
  'wires into one port': (size) => ({
    netwright: 2,
    nodes: [
      input,
      ...list(size, (i) => relu(`n${i}`, 'input')),
      { id: 'join', kind: 'relu', from: { in: list(size, (i) => `n${i}`) } },
      output('join'),
    ],
  }),
  'wires into ports that are not there': (size) => ({
    netwright: 2,
    nodes: [
      input,
      { id: 'join', kind: 'relu', from: Object.fromEntries(list(size, (i) => [`x${i}`, 'input'])) },
      output('join'),
    ],
  }),
  'wires from outputs that are not there': (size) => ({
    netwright: 2,
    nodes: [input, { id: 'join', kind: 'concat', from: list(size, (i) => `input:x${i}`) }, output('join')],
  }),
  'a split into many': (size) => ({
    netwright: 2,
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [64, 8, 8] } },
      ...list(Math.ceil(size / 64), (i) => ({
        id: `split${i}`,
        kind: 'split',
        from: 'input',
        params: { parts: 64 },
      })),
      ...list(size, (i) => relu(`n${i}`, `split${Math.floor(i / 64)}:out${i % 64}`)),
    ],
  }),
  'inputs and outputs': (size) => ({
    netwright: 2,
    nodes: [
      ...list(size, (i) => ({ ...input, id: `in${i}` })),
      ...list(size, (i) => ({ ...output(`in${i}`), id: `out${i}` })),
    ],
  }),
  'nodes without wires': (size) => ({
    netwright: 2,
    nodes: list(size, (i) => ({ id: `n${i}`, kind: 'relu' })),
  }),
  'one ring': (size) => ({
    netwright: 2,
    nodes: list(size, (i) => relu(`n${i}`, `n${(i + 1) % size}`)),
  }),
  'rings of one': (size) => ({ netwright: 2, nodes: list(size, (i) => relu(`n${i}`, `n${i}`)) }),
  'pools, one sum, and convolutions': (size) => ({
    netwright: 2,
    lint: { preset: 'vgg' },
    nodes: [
      input,
      ...list(size, (i) => ({
        id: `p${i}`,
        kind: 'maxPool',
        from: 'input',
        params: { kernel: 2, stride: 2 },
      })),
      { id: 'sum', kind: 'add', from: list(size, (i) => `p${i}`) },
      ...list(size, (i) => ({
        id: `c${i}`,
        kind: 'conv2d',
        from: 'sum',
        params: { channels: 4, padding: 1 },
      })),
    ],
  }),
  'heads of linear layers': (size) => ({
    netwright: 2,
    lint: {
      preset: 'recommended',
      rules: { 'prefer-gap-over-large-fc': { options: { minParams: 1, minShare: 0 } } },
    },
    nodes: [
      input,
      { id: 'flat', kind: 'flatten', from: 'input' },
      ...list(size, (i) => ({
        id: `n${i}`,
        kind: 'linear',
        from: i === 0 ? 'flat' : `n${i - 1}`,
        params: { features: 2 },
      })),
    ],
  }),
  'flattened maps': (size) => ({
    netwright: 2,
    lint: {
      preset: 'recommended',
      rules: { 'prefer-gap-over-large-fc': { options: { minParams: 1, minShare: 0 } } },
    },
    nodes: [
      input,
      { id: 'flat', kind: 'flatten', from: 'input' },
      ...list(size, (i) => ({ id: `n${i}`, kind: 'linear', from: 'flat', params: { features: 2 } })),
    ],
  }),
  'blocks that come with the program': (size) =>
    chain(size, (id, from) => ({ id, kind: 'residual', from, params: { channels: 4 } })),
  'a block repeated': (size) => ({
    netwright: 2,
    nodes: [
      input,
      { id: 'n', kind: 'residual', from: 'input', params: { channels: 4, repeat: Math.min(1000, size) } },
      output('n'),
    ],
  }),
  'uses of one block': (size) => ({
    netwright: 2,
    nodes: [
      input,
      ...list(size, (i) => ({ id: `n${i}`, kind: 'userBlock', from: before(i), params: { block: 'pair' } })),
      output(before(size)),
    ],
    blocks: { pair: { nodes: [input, relu('a', 'input'), relu('b', 'a'), output('b')] } },
  }),
  'one large block': (size) => ({
    netwright: 2,
    nodes: [input, { id: 'n', kind: 'userBlock', from: 'input', params: { block: 'large' } }, output('n')],
    blocks: {
      large: { nodes: [input, ...list(size, (i) => relu(`n${i}`, before(i))), output(before(size))] },
    },
  }),
  'silenced rules': (size) => ({
    netwright: 2,
    nodes: [
      input,
      { ...relu('a', 'input'), suppress: list(size, (i) => ({ rule: `rule-${i}`, reason: 'So it is.' })) },
      ...list(size, (i) => ({
        ...relu(`n${i}`, 'a'),
        suppress: [{ rule: 'redundant-activation', reason: 'So.' }],
      })),
    ],
  }),
  'settings of rules that do not exist': (size) => ({
    netwright: 2,
    nodes: [input],
    lint: { preset: 'vgg', rules: Object.fromEntries(list(size, (i) => [`vgg-conv-${i}`, 'off'])) },
  }),
  'options that do not exist': (size) => ({
    netwright: 2,
    nodes: [input],
    lint: {
      preset: 'vgg',
      rules: { 'vgg-conv-3x3': { options: Object.fromEntries(list(size, (i) => [`allow${i}`, i])) } },
    },
  }),
  'places of nodes': (size) => ({
    ...chain(size, relu),
    layout: Object.fromEntries(list(size, (i) => [`n${i}`, [i, i]])),
  }),
  'the same nodes in the baseline': (size) => ({
    ...chain(size, relu),
    budget: { macs: '5%', baseline: { nodes: (chain(size, relu) as { nodes: readonly Node[] }).nodes } },
  }),
  'names of classes': (size) => ({
    ...chain(2, relu),
    run: { classes: list(size, (i) => `class ${i}`) },
  }),
};

/** Specs with as many mistakes as `size`. */
export const wrongSpecs: Readonly<Record<string, (size: number) => object>> = {
  'misspelt wires': (size) => ({
    netwright: 2,
    nodes: [input, ...list(size, (i) => relu(`node_number_${i}`, `node_nunber_${i}`))],
  }),
  'misspelt wires into one node': (size) => ({
    netwright: 2,
    nodes: [
      input,
      ...list(size, (i) => relu(`node_number_${i}`, 'input')),
      { id: 'join', kind: 'concat', from: list(size, (i) => `node_nunber_${i}`) },
    ],
  }),
  'wires written twice': (size) => ({
    netwright: 2,
    nodes: [input, { id: 'a', kind: 'relu', from: { in: list(size, () => 'input') } }],
  }),
  'names used twice': (size) => ({ netwright: 2, nodes: list(size, () => ({ id: 'a', kind: 'relu' })) }),
  'unknown kinds': (size) => ({
    netwright: 2,
    nodes: list(size, (i) => ({ id: `n${i}`, kind: `conv${i}d` })),
  }),
  'unknown keys': (size) => ({
    netwright: 2,
    nodes: [Object.fromEntries([...Object.entries(input), ...list(size, (i) => [`key${i}`, i] as const)])],
  }),
  'unknown keys of the spec': (size) => ({
    netwright: 2,
    nodes: [],
    ...Object.fromEntries(list(size, (i) => [`key${i}`, i])),
  }),
  'unknown parameters': (size) => ({
    netwright: 2,
    nodes: [{ ...input, params: Object.fromEntries(list(size, (i) => [`param${i}`, i])) }],
  }),
  'wrong parameters': (size) => ({
    netwright: 2,
    nodes: list(size, (i) => ({ id: `n${i}`, kind: 'conv2d', params: { channels: 'many', kernel: -1 } })),
  }),
  'a shape without end': (size) => ({
    netwright: 2,
    nodes: [{ ...input, params: { shape: list(size, () => 2) } }],
  }),
  'silenced rules without a reason': (size) => ({
    netwright: 2,
    nodes: [{ ...input, suppress: list(size, () => ({ rule: 'a-rule' })) }],
  }),
  'wrong places': (size) => ({
    netwright: 2,
    nodes: [input],
    layout: Object.fromEntries(list(size, (i) => [`n${i}`, 'here'])),
  }),
  'wrong severities': (size) => ({
    netwright: 2,
    nodes: [input],
    lint: { rules: Object.fromEntries(list(size, (i) => [`rule-${i}`, 'fatal'])) },
  }),
  'uses of blocks that are not there': (size) => ({
    netwright: 2,
    nodes: list(size, (i) => ({ id: `n${i}`, kind: 'userBlock', params: { block: `bock${i}` } })),
    blocks: Object.fromEntries(
      list(Math.min(400, size), (i) => [`block${i}`, { nodes: [input, output('input')] }]),
    ),
  }),
  'versions of kinds that are not there': (size) => ({
    netwright: 2,
    versions: Object.fromEntries(list(size, (i) => [`kind${i}`, 1])),
    nodes: [],
  }),
  'classes that are no text': (size) => ({ netwright: 2, nodes: [], run: { classes: list(size, (i) => i) } }),
};

/** Texts that are no JSON, or no JSON that a design may be. */
export const wrongTexts: Readonly<Record<string, (size: number) => string>> = {
  'commas missing': (size) => `[${'1 '.repeat(size)}]`,
  'brackets missing': (size) => '[1,'.repeat(Math.min(size, 60)).padEnd(size, ' '),
  comments: (size) => `{${'/**/'.repeat(size)}}`,
  'keys written twice': (size) => `{${list(size, () => '"a":1').join(',')}}`,
  'quotes left open': (size) => '"\n'.repeat(size),
  'one long text': (size) => JSON.stringify({ netwright: 2, nodes: [], notes: 'x'.repeat(100 * size) }),
  'one long number': (size) => `{"netwright": ${'9'.repeat(10 * size)}}`,
  'one long name': (size) =>
    JSON.stringify({ netwright: 2, nodes: [{ id: 'n'.repeat(100 * size), kind: 'relu' }] }),
};

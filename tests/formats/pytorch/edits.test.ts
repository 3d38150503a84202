import { describe, expect, test } from 'vitest';
import { exportPyTorch } from '../../../shared/formats/pytorch/export.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import type { Design, DesignNode } from '../../../shared/graph/design.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const design = zooEntry('resnet18')!.build();

function linesOf(changed: Design): readonly string[] {
  const module = exportPyTorch(changed);
  if (!module.ok) throw new Error(module.problems[0]!.message);
  return module.value.code.split('\n');
}

/** Lines that the one has and the other has not, as often as that is so; counts, which every edit changes, aside. */
function lost(from: readonly string[], to: readonly string[]): readonly string[] {
  const left = [...to];
  const isCount = (line: string) => /^(PARAMETERS|MULTIPLY_ADDS) = /.test(line);
  return from.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0 && !isCount(line);
  });
}

function edited(change: (nodes: Readonly<Record<string, DesignNode>>) => Record<string, DesignNode>): Design {
  return { ...design, nodes: { ...design.nodes, ...change(design.nodes) } };
}

const changes = (after: Design, before = design) => {
  const [from, to] = [linesOf(before), linesOf(after)];
  return { gone: lost(from, to).map((line) => line.trim()), come: lost(to, from).map((line) => line.trim()) };
};

const set = (node: DesignNode, params: DesignNode['params']): DesignNode => ({
  ...node,
  params: { ...node.params, ...params },
});

describe('an edit changes only the lines that it concerns', () => {
  test('the width of one stage', () => {
    const wider = edited((nodes) => ({
      'layer3.0': set(nodes['layer3.0']!, { channels: 320 }),
      'layer3.1': set(nodes['layer3.1']!, { channels: 320 }),
    }));
    expect(changes(wider)).toEqual({
      gone: ['ResidualDownsample(128, 256),', 'Residual(256),', 'ResidualDownsample(256, 512),'],
      come: ['ResidualDownsample(128, 320),', 'Residual(320),', 'ResidualDownsample(320, 512),'],
    });
  });

  test('one more block', () => {
    const wires = Object.values(design.wires);
    const read = wires.find(({ from }) => from.node === 'layer3.1')!;
    const deeper: Design = {
      ...design,
      nodes: { ...design.nodes, 'layer3.2': design.nodes['layer3.1']! },
      wires: {
        ...Object.fromEntries(
          Object.entries(design.wires).map(([id, wire]) => [
            id,
            wire === read ? { ...wire, from: { ...wire.from, node: 'layer3.2' } } : wire,
          ]),
        ),
        more: { from: read.from, to: { ...read.to, node: 'layer3.2' } },
      },
    };
    expect(changes(deeper)).toEqual({
      gone: ['Residual(256),'],
      come: ['*[Residual(256) for _ in range(2)],'],
    });
  });

  test('another activation', () => {
    const other = edited((nodes) => ({ conv1: set(nodes.conv1!, { activation: 'silu' }) }));
    expect(changes(other)).toEqual({
      gone: ['self.relu = nn.ReLU()'],
      come: ['self.relu = nn.SiLU()'],
    });
  });

  // Blocks that came from one class: of each use but the first its definition says other channels than come in.
  const convs = (...widths: readonly number[]): Design => {
    const made = [8, 16, 32, 16];
    const came = [3, 8, 16, 32];
    const blocks = widths.slice(0, 4).map((channels, i) => {
      const nodes = [
        { id: 'input', kind: 'input', params: { shape: [came[i], 16, 16] } },
        { id: 'conv', kind: 'conv2d', from: 'input', params: { channels, kernel: 3, padding: 1 } },
        { id: 'act', kind: 'relu', from: 'conv' },
        { id: 'output', kind: 'output', from: 'act' },
      ];
      const given = { name: 'Conv', arguments: { ci: came[i], co: made[i], k: 3 } };
      return [`Conv${i}`, { class: given, nodes }] as const;
    });
    const chain = [0, 1, 2, 3, 3, 3].map((at, i) => ({
      id: `c${i}`,
      kind: 'userBlock',
      from: i === 0 ? 'input' : `c${i - 1}`,
      params: { block: `Conv${at}` },
    }));
    const nodes = [
      { id: 'input', kind: 'input', params: { shape: [3, 16, 16] } },
      ...chain,
      { id: 'output', kind: 'output', from: 'c5' },
    ];
    const read = readSpec(
      JSON.stringify({ netwright: 3, name: 'Net', nodes, blocks: Object.fromEntries(blocks) }),
    );
    if (!read.ok) throw new Error(read.problems[0]!.message);
    return read.value;
  };

  test('widths of blocks that came from a class, whose arguments keep their names and order', () => {
    const before = convs(8, 16, 32, 16);
    expect(linesOf(before).join('\n')).toContain('def __init__(self, ci: int, co: int) -> None:');
    expect(changes(convs(8, 16, 40, 24), before)).toEqual({
      gone: [
        'self.c2 = Conv(16, 32)',
        'self.c3 = Conv(32, 16)',
        'self.c4 = Conv(16, 16)',
        'self.c5 = Conv(16, 16)',
        '"""3×16×16 to 16×16×16."""',
      ],
      come: [
        'self.c2 = Conv(16, 40)',
        'self.c3 = Conv(40, 24)',
        'self.c4 = Conv(24, 24)',
        'self.c5 = Conv(24, 24)',
        '"""3×16×16 to 24×16×16."""',
      ],
    });
  });
});

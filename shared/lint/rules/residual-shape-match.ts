import type { Analysis } from '../../analysis/facts.ts';
import { type Dims, formatSample, sameDims } from '../../base/dims.ts';
import type { PortRef } from '../../graph/design.ts';
import type { ParamValues } from '../../schema/params.ts';
import { defineRule, type ProposedFix } from '../define.ts';
import { insertAfter, insertBefore, place } from '../fix-edits.ts';
import type { Row } from '../instead.ts';
import { areaOf } from '../network.ts';
import { phrases } from '../phrases.ts';
import { everyPreset } from '../presets.ts';
import { rowFrom, rowLayer } from '../rows.ts';

const say = phrases('residual-shape-match', {
  differ: '"{{name}}" adds {{target}} and {{other}} (from "{{from}}"), which do not match.',
  project:
    '"{{name}}" adds {{target}} and {{other}} (from "{{from}}"), which do not match. A 1×1 convolution on the shortcut brings them together, for {{macs}} multiply-adds and {{weights}} parameters.',
  projection: 'Project "{{from}}" to {{target}} with a 1×1 convolution',
});

export const residualShapeMatch = defineRule({
  says: say,
  title: 'A shortcut has the shape of what it is added to',
  why: `y = F(x) + x adds element by element, so F(x) and x need the same channels, height and width. Where a block strides or
changes the channels, the identity no longer fits: a 1×1 convolution with the same stride projects x to the new shape, for
C_in·C_out weights (option B of the paper). Everywhere else the identity is kept, since it costs nothing and passes the
gradient on unchanged.`,
  source: 'He, Zhang, Ren and Sun 2015, sections 3.2 and 4.1',
  severity: 'error',
  presets: everyPreset,
  tellsMoreOf: 'shapes-differ',
  options: {},
  *check({ analysis }) {
    for (const [id, facts] of analysis.facts) {
      if (facts.node.kind !== 'add' || facts.node.bypass === true || allAlike(facts.inputs)) continue;
      const wires = analysis.topology.into.get(id) ?? [];
      const ports = wires.map(({ from, to }) => ({ from, to, dims: dimsAt(analysis, from) }));
      const known = ports.flatMap(({ from, to, dims }) => (dims === undefined ? [] : [{ from, to, dims }]));
      const target = known.reduce<Dims | undefined>(
        (best, { dims }) => (best === undefined || isDeeper(dims, best) ? dims : best),
        undefined,
      );
      const other = known.find(({ dims }) => String(dims) !== String(target));
      if (target === undefined || other === undefined) continue;
      const fix = project(other.from, other.to, other.dims, target);
      const adds = {
        name: id,
        target: formatSample(target),
        other: formatSample(other.dims),
        from: other.from.node,
      };
      yield {
        node: id,
        says:
          fix === undefined
            ? say('differ', adds)
            : say('project', { ...adds, ...costOf(other.dims, target) }),
        ...(fix === undefined
          ? {}
          : { fix, instead: () => ({ now: [], kept: projected(other.dims, target) }) }),
      };
    }
  },
  examples: [
    {
      title: 'An identity shortcut',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 56, 56] } },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'relu1', kind: 'relu', from: 'conv1' },
          { id: 'conv2', kind: 'conv2d', from: 'relu1', params: { padding: 1 } },
          { id: 'sum', kind: 'add', from: ['conv2', 'input'] },
        ],
      },
      finds: [],
    },
    {
      title: 'The block strides and doubles the channels, the shortcut does not',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [64, 56, 56] } },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { channels: 128, stride: 2, padding: 1 } },
          { id: 'relu1', kind: 'relu', from: 'conv1' },
          { id: 'conv2', kind: 'conv2d', from: 'relu1', params: { channels: 128, padding: 1 } },
          { id: 'sum', kind: 'add', from: ['conv2', 'input'] },
          { id: 'relu2', kind: 'relu', from: 'sum' },
        ],
      },
      finds: ['sum'],
    },
    {
      title: 'Only the channels differ, and the shortcut comes first',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [32, 15, 15] } },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'sum', kind: 'add', from: ['input', 'conv1'] },
        ],
      },
      finds: ['sum'],
    },
  ],
});

function allAlike([first, ...others]: readonly (Dims | undefined)[]): boolean {
  return first !== undefined && others.every((dims) => dims !== undefined && sameDims(dims, first));
}

function dimsAt(analysis: Analysis, { node, port }: PortRef): Dims | undefined {
  return analysis.facts.get(node)?.outputs?.[port];
}

/** Further down the network: a smaller map, or more channels on an equal one. */
function isDeeper(a: Dims, b: Dims): boolean {
  const area = (dims: Dims) => dims.slice(2).reduce((product, extent) => product * extent, 1);
  return area(a) < area(b) || (area(a) === area(b) && (a[1] ?? 0) > (b[1] ?? 0));
}

/** A 1×1 convolution with batch normalisation that takes `from` to `to`; undefined where no stride does. */
function project(from: PortRef, port: PortRef, dims: Dims, target: Dims): ProposedFix | undefined {
  if (dims.length !== 4 || target.length !== 4) return undefined;
  const stride = [2, 3].map((axis) => strideBetween(dims[axis]!, target[axis]!));
  const [vertical, horizontal] = stride;
  if (vertical === undefined || horizontal === undefined) return undefined;
  return {
    title: say('projection', { from: from.node, target: formatSample(target) }),
    safety: 'suggested',
    edit(draft) {
      const conv = place(draft, `${port.node}_projection`, 'conv2d', projection(dims, target));
      insertBefore(draft, port, conv);
      insertAfter(draft, conv, place(draft, `${port.node}_projection_bn`, 'batchNorm'));
    },
  };
}

function projection(dims: Dims, target: Dims): ParamValues {
  const stride = [2, 3].map((axis) => strideBetween(dims[axis]!, target[axis]!) ?? 1);
  return { channels: target[1]!, kernel: [1, 1], stride, bias: false };
}

/** It, as what stands on the shortcut when the rule is kept. */
function projected(dims: Dims, target: Dims): readonly Row[] {
  return rowFrom(dims, rowLayer('conv2d', projection(dims, target)), rowLayer('batchNorm'));
}

/** Of that convolution. */
function costOf(dims: Dims, target: Dims): { readonly macs: number; readonly weights: number } {
  const weights = dims[1]! * target[1]!;
  return { macs: weights * areaOf(target), weights };
}

/** The stride at which a 1×1 convolution makes `to` positions of `from`: ceil(from / stride) = to. */
function strideBetween(from: number, to: number): number | undefined {
  const stride = Math.ceil(from / to);
  return Math.ceil(from / stride) === to ? stride : undefined;
}

import type { Dims } from '../base/dims.ts';
import type { BlockDefinitions, DesignNode, NodeId } from '../graph/design.ts';
import type { ParamValues } from '../schema/params.ts';
import {
  blocksOwnedBy,
  followsInput,
  type Knob,
  rolesOf,
  type Steering,
  type TurnedKnob,
  widthOf,
} from './knobs.ts';

/** Which knobs reach which nodes, and which blocks of the user's own are scaled with them. */
export interface Reaching {
  readonly knobs: readonly TurnedKnob[];
  /** By node, the places of the knobs that change it or what it is made of. */
  readonly byNode: ReadonlyMap<NodeId, readonly number[]>;
  /** By place of a knob, the blocks of the user's own that it scales. */
  readonly owned: readonly ReadonlySet<string>[];
}

export function reachingOf(steering: Steering, knobs: readonly TurnedKnob[]): Reaching {
  const byNode = new Map<NodeId, number[]>();
  const owned = knobs.map(({ knob }) =>
    knob.kind === 'width' ? blocksOwnedBy(steering, knob.nodes) : new Set<string>(),
  );
  for (const [place, { knob }] of knobs.entries()) {
    if (knob.kind === 'depth') continue;
    for (const id of knob.nodes) {
      const list = byNode.get(id);
      if (list) list.push(place);
      else byNode.set(id, [place]);
    }
  }
  return { knobs, byNode, owned };
}

/**
 * A node's parameters where the knobs stand at `values`, one per place, given what comes in. Undefined where they cannot
 * stand so: groups of a fraction of a channel.
 */
export function paramsAt(
  node: DesignNode,
  places: readonly number[],
  knobs: readonly TurnedKnob[],
  values: (place: number) => number,
  inputs: { readonly before: Dims | undefined; readonly now: Dims | undefined },
): ParamValues | undefined {
  const changed: Record<string, ParamValues[string]> = {};
  const ratio = ratioOf(places, knobs, values);
  if (ratio !== 1) Object.assign(changed, scaledWidths(node, ratio));
  for (const place of places) {
    const turned = turnedTo(node, knobs[place]!.knob, values(place), changed);
    if (turned === undefined) return undefined;
    Object.assign(changed, turned);
  }
  Object.assign(changed, followed(node, inputs));
  return Object.keys(changed).length === 0 ? node.params : { ...node.params, ...changed };
}

/** How many times as wide as before the knobs that reach a node make it. */
export function ratioOf(
  places: readonly number[],
  knobs: readonly TurnedKnob[],
  values: (place: number) => number,
): number {
  let ratio = 1;
  for (const place of places) {
    const { kind, base } = knobs[place]!.knob;
    if (kind === 'width' && values(place) !== base) ratio *= values(place) / base;
  }
  return ratio;
}

/** Channels are kept multiples of this where a factor leads to none that is whole. */
const WIDTH_STEP = 8;

/** All widths of a node times a factor: exactly where that is a whole number that groups divide, else rounded. */
export function scaledWidths(node: DesignNode, ratio: number): Readonly<Record<string, number>> {
  const [groups] = rolesOf(node, 'groups');
  const unit = groups === undefined ? 1 : Number(node.params[groups]);
  const depthwise = unit > 1 && unit === widthOf(node);
  const scaled: Record<string, number> = {};
  for (const name of rolesOf(node, 'width')) {
    const value = Number(node.params[name]);
    scaled[name] = scaledTo(value, ratio, depthwise ? 1 : unit);
  }
  if (depthwise && groups !== undefined) scaled[groups] = scaled[rolesOf(node, 'width')[0]!]!;
  return scaled;
}

function scaledTo(value: number, ratio: number, unit: number): number {
  const wanted = value * ratio;
  const whole = Math.round(wanted);
  if (Math.abs(wanted - whole) < 1e-9 && whole > 0 && whole % unit === 0) return whole;
  const step = Math.min(value, unit % WIDTH_STEP === 0 ? unit : unit * WIDTH_STEP);
  return Math.max(step, Math.round(wanted / step) * step);
}

function turnedTo(node: DesignNode, knob: Knob, value: number, soFar: ParamValues): ParamValues | undefined {
  if (value === knob.base) return {};
  switch (knob.kind) {
    case 'width':
    case 'depth':
      return {};
    case 'resolution': {
      const shape = node.params.shape as readonly number[];
      const [channels, height, width] = shape as readonly [number, number, number?];
      if (width === undefined) return { shape: [channels, value] };
      return { shape: [channels, value, Math.max(1, Math.round((width * value) / height))] };
    }
    case 'groups':
      return { [rolesOf(node, 'groups')[0]!]: value };
    case 'groupWidth': {
      const width = Number(soFar[rolesOf(node, 'width')[0]!] ?? widthOf(node));
      return width % value === 0 ? { [rolesOf(node, 'groups')[0]!]: width / value } : undefined;
    }
    case 'expansion':
      return { [rolesOf(node, 'expansion')[0]!]: value };
    case 'kernel': {
      const [dilation = 1] = (node.params.dilation ?? [1, 1]) as readonly number[];
      const side = (dilation * (value - 1)) / 2;
      return {
        [rolesOf(node, 'kernel')[0]!]: [value, value],
        [rolesOf(node, 'padding')[0]!]: [side, side, side, side],
      };
    }
  }
}

/** What says how many channels come in says so again. */
function followed(
  node: DesignNode,
  { before, now }: { readonly before: Dims | undefined; readonly now: Dims | undefined },
): ParamValues {
  const channels = now?.[1];
  if (channels === undefined || channels === before?.[1]) return {};
  const values: Record<string, number> = {};
  for (const name of rolesOf(node, 'inputWidth')) {
    if (node.params[name] === before?.[1]) values[name] = channels;
  }
  if (followsInput(node, before?.[1]))
    for (const name of [rolesOf(node, 'width')[0]!, rolesOf(node, 'groups')[0]!]) values[name] = channels;
  return values;
}

/** The definitions of blocks of the user's own with the widths inside of those named times a factor. */
export function scaledBlocks(
  blocks: BlockDefinitions,
  factors: ReadonlyMap<string, number>,
): BlockDefinitions {
  if (factors.size === 0) return blocks;
  return Object.fromEntries(
    Object.entries(blocks).map(([name, definition]) => {
      const factor = factors.get(name);
      if (factor === undefined || factor === 1) return [name, definition];
      const nodes = Object.fromEntries(
        Object.entries(definition.nodes).map(([id, node]) => {
          const scaled = rolesOf(node, 'width').length === 0 ? {} : scaledWidths(node, factor);
          return [id, { ...node, params: { ...node.params, ...scaled } }];
        }),
      );
      return [name, { ...definition, nodes }];
    }),
  );
}

/** By name, how many times as wide as before each block of the user's own is made. */
export function blockFactors(
  { knobs, owned }: Reaching,
  values: (place: number) => number,
): ReadonlyMap<string, number> {
  const factors = new Map<string, number>();
  for (const [place, names] of owned.entries()) {
    const ratio = ratioOf([place], knobs, values);
    if (ratio === 1) continue;
    for (const name of names) factors.set(name, (factors.get(name) ?? 1) * ratio);
  }
  return factors;
}

import type { NodeFacts } from '../../analysis/facts.ts';
import type { NodeId } from '../../graph/design.ts';
import { setParams } from '../../graph/edits.ts';
import { param } from '../../schema/params.ts';
import { defineRule, type RuleContext } from '../define.ts';
import { phrases } from '../phrases.ts';
import { outputOf, paramsOf } from '../views.ts';

const say = phrases('vgg-double-channels', {
  same: '"{{pool}}" halves a map of {{channels}} channels, and "{{conv}}" goes on with {{got}}, {{macs}} multiply-adds. With {{wanted}}, {{after}}, this stage costs as much as the one before.',
  widen: 'Give the stage {{wanted}} channels',
});

export const vggDoubleChannels = defineRule({
  says: say,
  title: 'Channels double after a pool',
  why: `A pool takes three quarters of the positions. With twice the channels a 3×3 convolution then costs
9·(2C)²·(H/2)·(W/2) = 9C²HW multiply-adds, just what it cost before: every stage gets the same share of the work, while the
memory of its maps halves. With the same channels the later stages would be starved. VGG stops at 512 channels, where the
weights (four times as many per stage) begin to cost more than they give.`,
  source: 'Simonyan and Zisserman 2014, section 2.1',
  severity: 'warning',
  presets: ['vgg'],
  options: {
    cap: param.int({ title: 'Cap', doc: 'Channels that need not be doubled any more.', default: 512 }),
  },
  *check(at) {
    const { analysis, options } = at;
    const seen = new Set<NodeId>();
    for (const id of analysis.order) {
      const pool = analysis.facts.get(id)!;
      const channels = halves(pool) ? outputOf(pool)?.[1] : undefined;
      if (channels === undefined) continue;
      const wanted = Math.max(channels, Math.min(2 * channels, options.cap));
      for (const conv of nextConvolutions(at, id, seen)) {
        const got = outputOf(conv)?.[1];
        if (got === undefined || got === wanted || (got > wanted && wanted === channels)) continue;
        const macs = conv.cost?.macs.value ?? 0;
        yield {
          node: conv.id,
          says: say('same', {
            pool: id,
            channels,
            conv: conv.id,
            got,
            wanted,
            macs,
            after: Math.round((macs * wanted) / got),
          }),
          fix: {
            title: say('widen', { wanted }),
            safety: 'suggested',
            edit(draft) {
              for (const member of stageFrom(at, conv, got)) setParams([member], { channels: wanted })(draft);
            },
          },
        };
      }
    }
  },
  examples: [
    {
      title: 'VGG: 64, then 128',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'pool1', kind: 'maxPool', from: 'conv1' },
          { id: 'conv2', kind: 'conv2d', from: 'pool1', params: { channels: 128, padding: 1 } },
        ],
      },
      finds: [],
    },
    {
      title: 'The last stages of VGG stay at 512',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input', params: { shape: [512, 28, 28] } },
          { id: 'pool4', kind: 'maxPool', from: 'input' },
          { id: 'conv5', kind: 'conv2d', from: 'pool4', params: { channels: 512, padding: 1 } },
        ],
      },
      finds: [],
    },
    {
      title: 'The same channels as before',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'relu1', kind: 'relu', from: 'conv1' },
          { id: 'pool1', kind: 'maxPool', from: 'relu1' },
          { id: 'conv2_1', kind: 'conv2d', from: 'pool1', params: { padding: 1 } },
          { id: 'relu2', kind: 'relu', from: 'conv2_1' },
          { id: 'conv2_2', kind: 'conv2d', from: 'relu2', params: { padding: 1 } },
        ],
      },
      finds: ['conv2_1'],
    },
    {
      title: 'Three times as many',
      spec: {
        netwright: 3,
        nodes: [
          { id: 'input', kind: 'input' },
          { id: 'conv1', kind: 'conv2d', from: 'input', params: { padding: 1 } },
          { id: 'pool1', kind: 'maxPool', from: 'conv1' },
          { id: 'unit', kind: 'convBnRelu', from: 'pool1', params: { channels: 192 } },
        ],
      },
      finds: ['unit'],
    },
  ],
});

type Context = RuleContext<{ readonly cap: number }>;

/** A max pool after which the map has half the height and width, odd ones rounded. */
function halves(facts: NodeFacts): boolean {
  const stride = paramsOf(facts, 'maxPool')?.stride;
  return stride !== undefined && stride[0] === 2 && stride[1] === 2;
}

function isConvolution(facts: NodeFacts): boolean {
  return facts.node.kind === 'conv2d' || facts.node.kind === 'convBnRelu';
}

/** Layers between a pool and its stage, or between the convolutions of a stage, that change no channels. */
function passes(facts: NodeFacts): boolean {
  const [input] = facts.inputs;
  return (
    facts.inside === undefined &&
    !isConvolution(facts) &&
    outputOf(facts)?.[1] === input?.[1] &&
    facts.node.kind !== 'maxPool' &&
    input?.length === 4
  );
}

/** The first convolutions behind a node, those left out that were seen on the way from another one. */
function nextConvolutions(at: Context, from: NodeId, seen: Set<NodeId>): readonly NodeFacts[] {
  const found: NodeFacts[] = [];
  const waiting = [...at.after(from)].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    if (isConvolution(next)) found.push(next);
    else if (passes(next)) for (const behind of [...at.after(next.id)].reverse()) waiting.push(behind);
  }
  return found;
}

/** The convolution and those behind it in the same stage that have as many channels. */
function stageFrom(at: Context, first: NodeFacts, channels: number): ReadonlySet<NodeId> {
  const stage = new Set<NodeId>([first.id]);
  const seen = new Set<NodeId>();
  const queue = [first.id];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const next of nextConvolutions(at, id, seen)) {
      if (stage.has(next.id) || outputOf(next)?.[1] !== channels) continue;
      stage.add(next.id);
      queue.push(next.id);
    }
  }
  return stage;
}

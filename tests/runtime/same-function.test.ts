import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import type { Design } from '../../shared/graph/design.ts';
import { rename, setParams } from '../../shared/graph/edits.ts';
import { unpackBlock } from '../../shared/graph/unpack.ts';
import { compareFunctions, type RunOnce } from '../../shared/runtime/same-function.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { small } from '../formats/small.ts';

const run: RunOnce = async (network, weights, feeds) => {
  const session = await DesignSession.create(network, { backend: 'reference', weights });
  return session.run(feeds);
};

const compared = (a: Design, b: Design) => compareFunctions({ design: a }, { design: b }, run);

describe('whether two designs compute the same', () => {
  const lenet = zooEntry('lenet')!.build();
  const resnet = small(zooEntry('resnet18')!.build());

  it('a design under other names is the same function', async () => {
    const renamed = Object.keys(lenet.nodes).reduce(
      (now, id, i) => produce(now, rename(id, `other${i}`)),
      lenet,
    );
    expect(await compared(lenet, renamed)).toMatchObject({ kind: 'ran', largest: 0, weights: 'shared' });
  });

  it('a block and what it is made of are the same function', async () => {
    const opened = produce(resnet, unpackBlock('layer1.0'));
    expect(Object.keys(opened.nodes).length).toBeGreaterThan(Object.keys(resnet.nodes).length);
    const sameness = await compared(resnet, opened);
    expect(sameness).toMatchObject({ kind: 'ran', largest: 0 });
  });

  it('another activation is another function, by the difference that there is', async () => {
    const id = Object.keys(lenet.nodes).find((each) => lenet.nodes[each]!.kind === 'relu')!;
    const other = produce(lenet, (draft) => {
      draft.nodes[id]!.bypass = true;
    });
    const sameness = await compared(lenet, other);
    if (sameness.kind !== 'ran') throw new Error('They were not run.');
    expect(sameness.largest).toBeGreaterThan(1e-3);
    expect(sameness.scale).toBeGreaterThan(0);
  });

  it('weights of another shape, inputs and outputs of other shapes are told', async () => {
    const input = Object.keys(lenet.nodes).find((each) => lenet.nodes[each]!.kind === 'input')!;
    const conv = Object.keys(lenet.nodes).find((each) => lenet.nodes[each]!.kind === 'conv2d')!;
    const last = Object.keys(lenet.nodes).findLast((each) => lenet.nodes[each]!.kind === 'linear')!;
    const wider = produce(lenet, setParams([conv], { channels: 24 }));
    expect(await compared(lenet, wider)).toMatchObject({ kind: 'apart', why: 'weights' });
    const larger = produce(lenet, setParams([input], { shape: [1, 32, 32] }));
    expect(await compared(lenet, larger)).toMatchObject({ kind: 'apart', why: 'inputs' });
    const more = produce(lenet, setParams([last], { features: 12 }));
    expect(await compared(lenet, more)).toMatchObject({ kind: 'apart', why: 'outputs' });
    const broken = produce(lenet, setParams([conv], { groups: 7 }));
    expect(await compared(lenet, broken)).toMatchObject({ kind: 'apart', why: 'broken' });
  });
});

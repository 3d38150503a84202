import { describe, expect, it } from 'vitest';
import { curveValues } from '../../renderer/features/inspector/curve-values.ts';
import { documentOf } from '../../renderer/state/app-state.ts';
import { openBlock } from '../../renderer/state/blocks.ts';
import { ponder, stopPondering, whatIfOf } from '../../renderer/state/what-if.ts';
import { curveOf } from '../../renderer/workers/curve.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { createTimer } from '../../shared/runtime/time/timer.ts';
import { lawNames, laws } from '../../shared/runtime/time/work.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { chain, openChain } from './open-app.ts';

describe('the curve of a total over a parameter', () => {
  const document = zooEntry('vgg16')!.build();
  const on = (values: readonly number[], ids = ['conv3_2']) => [
    ...curveOf({ document, block: undefined, ids, param: 'channels', values }),
  ];

  it('is what paper and pencil say', () => {
    const [half, whole] = on([128, 256]);
    // torchvision's VGG-16: 138,357,544 parameters. Half of 256 filters are gone here, and half of what the next layer reads.
    expect(whole?.params).toBe(138_357_544);
    expect(half?.params).toBe(138_357_544 - 128 * (256 * 9 + 1) - 128 * 256 * 9);
    expect(whole!.macs - half!.macs).toBe((128 * 256 * 9 + 128 * 256 * 9) * 56 * 56);
  });

  it('has a gap where a value does not work', () => {
    const groups = [
      ...curveOf({ document, block: undefined, ids: ['conv3_2'], param: 'groups', values: [1, 3] }),
    ];
    expect(groups.map((point) => point !== undefined)).toEqual([true, false]);
  });

  it('is of times, too, on a machine that is known: a millisecond for each step and nothing else', () => {
    const model = Object.fromEntries(
      lawNames.map((law) => [law, { coefficients: [1, ...laws[law].map(() => 0)], spread: 0.1, steps: 9 }]),
    );
    const target = { threads: 1, tilePixels: 6, panelChannels: 16 };
    const small = openChain().app;
    const asked = {
      document: documentOf(small.getState()),
      block: undefined,
      ids: ['conv'],
      param: 'channels',
    };
    const [timed] = [...curveOf({ ...asked, values: [16], machine: { target, model } })];
    const planned = createTimer(target, model).whole(analyze(asked.document))!;
    expect(timed?.time).toBe(planned.milliseconds);
    expect(Number.isInteger(timed?.time) && timed!.time! > 0).toBe(true);
    expect([...curveOf({ ...asked, values: [16] })][0]?.time).toBeUndefined();
  });

  it('goes through where the parameter stands, and no further than it may', () => {
    const { params } = definitionOf('conv2d');
    const values = curveValues(params.channels!, 256);
    expect(values).toContain(256);
    expect(values.at(-1)).toBe(512);
    expect(values.length).toBeLessThanOrEqual(42);
    expect(curveValues(params.kernel!, [3, 3])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(curveValues(params.kernel!, [3, 5])).toEqual([]);
  });
});

describe('thinking of a change', () => {
  it('changes nothing, and is forgotten with the next edit', () => {
    const { app } = openChain();
    const document = documentOf(app.getState());
    ponder(app, setParams(['conv'], { channels: 16 }));
    const { thought } = whatIfOf(app).getState();
    // 16 · (3·3·3 + 1) against 8 · (3·3·3 + 1).
    expect(thought?.before.analysis.totals.params).toBe(224);
    expect(thought?.after.analysis.totals.params).toBe(448);
    expect(documentOf(app.getState())).toBe(document);
    app.getState().edit('Channels', setParams(['conv'], { channels: 4 }));
    expect(whatIfOf(app).getState().thought).toBeUndefined();
    ponder(app, setParams(['conv'], { channels: 8 }));
    stopPondering(app);
    expect(whatIfOf(app).getState().thought).toBeUndefined();
  });

  it('reaches into the block that is looked at, and what stands around it', async () => {
    const { app, run } = openChain(chain);
    app.getState().select(['conv', 'relu1']);
    await run('group');
    const [block] = app.getState().selection;
    await openBlock(app, block!);
    ponder(app, setParams(['conv'], { channels: 16 }));
    const { thought } = whatIfOf(app).getState();
    expect(thought?.after.analysis.facts.get('conv')?.outputs).toEqual({ out: [1, 16, 16, 16] });
    expect(thought?.after.whole.analysis.totals.params).toBe(448);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeBy } from '../../renderer/features/tour/place.ts';
import { steps } from '../../renderer/features/tour/steps.ts';
import { goTo, leaveTour, startTour, touringOf } from '../../renderer/features/tour/tour.ts';
import { documentOf } from '../../renderer/state/app-state.ts';
import { addNode, setParams } from '../../shared/graph/edits.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { type OpenedApp, startApp } from './open-app.ts';

const stepOf = ({ app }: OpenedApp): string | undefined => {
  const { step } = touringOf(app).getState();
  return step === undefined ? undefined : steps[step]?.id;
};

async function onTour(): Promise<OpenedApp> {
  const opened = startApp();
  await startTour(opened.app);
  return opened;
}

describe('the tour', () => {
  it("tells LeNet's figures: 2.293 M multiply-adds and 431.1 K parameters, as in Caffe", async () => {
    const t = await onTour();
    // 20·24²·25 + 50·8²·500 + 800·500 + 500·10; 520 + 25,050 + 400,500 + 5,010.
    expect(20 * 576 * 25 + 50 * 64 * 500 + 400_000 + 5_000).toBe(2_293_000);
    const text = steps[0]!.text(t.state(), t.state());
    expect(text).toContain('**2.293 M** multiply-adds');
    expect(text).toContain('**431.1 K** parameters');
  });

  it('waits for what the user does, and goes on then', async () => {
    const t = await onTour();
    const { app } = t;
    const begun = t.state();
    expect(stepOf(t)).toBe('canvas');
    goTo(app, 1);
    t.state().select(['pool1']);
    expect(stepOf(t)).toBe('select');
    t.state().select(['conv1']);
    expect(stepOf(t)).toBe('change');
    // The number is still being typed.
    t.state().edit('Set', setParams(['conv1'], { channels: 4 }), 'typing');
    t.state().edit('Set', setParams(['conv1'], { channels: 40 }), 'typing');
    expect(stepOf(t)).toBe('change');
    t.state().endGesture();
    expect(stepOf(t)).toBe('budget');
    // 40·24²·25 + 50·8²·1,000 + 405,000 = 576,000 + 3,200,000 + 405,000.
    expect(steps[3]!.text(t.state(), begun)).toMatch(/moved at once.*4\.181 M/);
    goTo(app, 4);
    t.state().edit('Add', addNode('extra', { kind: 'relu', params: {} }, { x: 0, y: 0 }));
    expect(stepOf(t)).toBe('undo');
    await t.run('undo');
    expect(stepOf(t)).toBe('panels');
    expect(t.state().panel).toBe('costs');
  });

  it('says nothing of deeds that were skipped, and asks for one that can be done', async () => {
    const t = await onTour();
    const begun = t.state();
    const said = (id: string) => steps.find((step) => step.id === id)!.text(t.state(), begun);
    expect(said('budget')).toMatch(/move with every change.*2\.293 M/);
    expect(said('undo')).not.toContain('Press Ctrl+Z');
    t.state().edit('Set', setParams(['conv1'], { channels: 40 }));
    expect(said('undo')).toContain('Press Ctrl+Z');
    // Gone back to, what was to be chosen is not chosen yet.
    goTo(t.app, 2);
    goTo(t.app, 1);
    expect(t.state().selection).toEqual([]);
    t.state().select(['conv1']);
    expect(stepOf(t)).toBe('change');
  });

  it('ends after the last step, when it is left, and where something else is opened', async () => {
    const t = await onTour();
    goTo(t.app, steps.length - 1);
    goTo(t.app, steps.length);
    expect(stepOf(t)).toBeUndefined();
    await startTour(t.app);
    leaveTour(t.app);
    expect(stepOf(t)).toBeUndefined();
    await startTour(t.app);
    t.state().open(zooEntry('alexnet').build());
    expect(stepOf(t)).toBeUndefined();
    expect(documentOf(t.state()).name).toBe('AlexNet');
  });

  it('asks about work that is not saved before it opens its own network', async () => {
    const t = await onTour();
    t.state().edit('Set', setParams(['conv1'], { channels: 7 }));
    leaveTour(t.app);
    const asked = startTour(t.app);
    await expect.poll(() => t.state().question).toBeDefined();
    t.answer('cancel');
    await asked;
    expect(stepOf(t)).toBeUndefined();
    expect(documentOf(t.state()).nodes.conv1?.params.channels).toBe(7);
  });
});

describe('the card of a step', () => {
  const size = fc.integer({ min: 10, max: 2000 });
  const boxes = fc.record({ x: size, y: size, width: size, height: size });

  it('stands within the window, and beside what it speaks of where there is room', () => {
    const window = { width: 1280, height: 800 };
    const card = { width: 320, height: 180 };
    fc.assert(
      fc.property(boxes, (target) => {
        const at = placeBy(target, card, window);
        expect(at.x).toBeGreaterThanOrEqual(0);
        expect(at.y).toBeGreaterThanOrEqual(0);
        expect(at.x + card.width).toBeLessThanOrEqual(window.width);
        expect(at.y + card.height).toBeLessThanOrEqual(window.height);
        const room = Math.max(
          target.x,
          window.width - target.x - target.width,
          target.y,
          window.height - target.y - target.height,
        );
        const apart =
          at.x >= target.x + target.width ||
          at.x + card.width <= target.x ||
          at.y >= target.y + target.height ||
          at.y + card.height <= target.y;
        expect(apart || room < card.width + 30).toBe(true);
      }),
    );
  });
});

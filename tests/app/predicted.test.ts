import { describe, expect, it, vi } from 'vitest';
import { predictedOf, wonderingOf } from '../../renderer/state/run/predicted.ts';
import { timeModelOf } from '../../renderer/state/run/time-model.ts';
import { ponder, stopPondering } from '../../renderer/state/what-if.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { lawNames, laws } from '../../shared/runtime/time/work.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { startApp } from './open-app.ts';

/** A machine where every step takes a millisecond, whatever it does. */
const known = {
  target: { threads: 1, tilePixels: 6, panelChannels: 16 },
  calibration: {
    machine: { processor: 'a test', threads: 1, kernels: 'plain', version: '0' },
    date: '',
    seconds: 1,
    model: Object.fromEntries(
      lawNames.map((law) => [law, { coefficients: [1, ...laws[law].map(() => 0)], spread: 0.1, steps: 9 }]),
    ),
    ceilings: { gigaflops: 50, gigabytesPerSecond: 10 },
  },
};

describe('the time of the open design', () => {
  it('is not known before the machine was measured, and follows edits from then on', async () => {
    const { app } = startApp();
    app.getState().open(zooEntry('resnet18')!.build());
    const told = () => predictedOf(app).getState();
    expect(told().total).toBeUndefined();
    timeModelOf(app).setState({ known });
    await expect.poll(() => told().total?.milliseconds, { timeout: 20_000 }).toBeGreaterThan(0);
    const before = told().total!.milliseconds;
    // Two convolutions in each residual block without a projection, each a step with its sum and activation.
    expect(told().times!.byNode.get('layer1.1')!.milliseconds).toBe(2);
    expect(told().unknown).toEqual([]);
    app.getState().edit('Projection', setParams(['layer1.1'], { shortcut: 'projection' }));
    await expect.poll(() => told().total!.milliseconds, { timeout: 20_000 }).toBe(before + 1);
  });

  it('is told of each node before a change that is thought of, and with it', async () => {
    const { app } = startApp();
    app.getState().open(zooEntry('resnet18')!.build());
    timeModelOf(app).setState({ known });
    const wondered = () => wonderingOf(app).getState().whatIf;
    expect(wondered()).toBeUndefined();
    ponder(app, setParams(['layer1.1'], { shortcut: 'projection' }));
    await expect.poll(wondered, { timeout: 20_000 }).toBeDefined();
    const { before, after } = wondered()!;
    const times = [before, after].map(({ byNode }) => byNode.get('layer1.1')!.milliseconds);
    // Two convolutions as before, and the projection's.
    expect(times).toEqual([2, 3]);
    expect(after.total - before.total).toBe(1);
    expect(after.byNode.get('layer1.0')!.milliseconds).toBe(before.byNode.get('layer1.0')!.milliseconds);
    stopPondering(app);
    await expect.poll(wondered, { timeout: 20_000 }).toBeUndefined();
  });

  it('is not told of a machine that was at work for others while it was measured', async () => {
    const { app } = startApp();
    const measured = () => timeModelOf(app).getState();
    const { product, ...others } = known.calibration.model;
    const disturbed = { ...known.calibration, model: { ...others, product: { ...product!, spread: 2 } } };
    /** Measures at once, and always the same. */
    const worker = (calibration: typeof known.calibration) =>
      class {
        #hear?: (event: object) => void;
        addEventListener(name: string, hear: (event: object) => void): void {
          if (name === 'message') this.#hear = hear;
        }
        postMessage(): void {
          queueMicrotask(() => this.#hear?.({ data: { kind: 'done', target: known.target, calibration } }));
        }
        terminate(): void {
          this.#hear = undefined;
        }
      };
    try {
      vi.stubGlobal('Worker', worker(disturbed));
      measured().measure();
      await expect.poll(() => measured().isHeldUp).toBe(true);
      expect(measured().known).toBeUndefined();
      vi.stubGlobal('Worker', worker(known.calibration));
      measured().measure();
      await expect.poll(() => measured().known).toBeDefined();
      expect(measured().isHeldUp).toBe(false);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

import { describe, expect, it } from 'vitest';
import { CallLimits } from '../../electron/main/call-limits.ts';

describe('the limits of calls', () => {
  it('let a burst through, and then so many a second', async () => {
    let now = 0;
    const limits = new CallLimits(() => now);
    const call = () => limits.run('recentFiles', () => 1).catch((error: Error) => error.message);
    const through = async (calls: number) => {
      let count = 0;
      for (let i = 0; i < calls; i++) if ((await call()) === 1) count++;
      return count;
    };
    expect(await through(11_000)).toBe(10_000);
    now += 500;
    expect(await through(2000)).toBe(1000);
    now += 3_600_000;
    expect(await through(11_000)).toBe(10_000);
  });

  it('hold nothing against a clock that is set back', async () => {
    let now = 86_400_000;
    const limits = new CallLimits(() => now);
    await limits.run('recentFiles', () => 1);
    now = 0;
    expect(await limits.run('recentFiles', () => 1)).toBe(1);
    now += 1000;
    expect(await limits.run('recentFiles', () => 1)).toBe(1);
  });

  it('bound what is under way', async () => {
    const limits = new CallLimits(() => 0);
    let finish: () => void = () => undefined;
    const end = new Promise<void>((done) => {
      finish = done;
    });
    const asked = Array.from({ length: 1500 }, () =>
      limits
        .run('readPiece', () => end)
        .then(
          () => 'done',
          () => 'refused',
        ),
    );
    finish();
    const outcomes = await Promise.all(asked);
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1024);
    expect(await limits.run('readPiece', () => 'again')).toBe('again');
  });

  it('show one dialog at a time', async () => {
    const limits = new CallLimits(() => 0);
    let finish: () => void = () => undefined;
    const first = limits.run('openFile', () => new Promise<void>((done) => (finish = done)));
    await expect(limits.run('saveFileAs', () => 1)).rejects.toThrow('A dialog is open already.');
    finish();
    await first;
    expect(await limits.run('saveFileAs', () => 1)).toBe(1);
  });
});

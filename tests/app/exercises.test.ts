import { describe, expect, it } from 'vitest';
import { answer, giveShipped, putAway, workingOf } from '../../renderer/features/exercises/working.ts';
import { designOf } from '../../renderer/state/app-state.ts';
import { costTable } from '../../shared/formats/tables/cost-table.ts';
import { type OpenedApp, startApp } from './open-app.ts';

/** What the lecture's table says of its hidden cells. */
const lecture = { 'conv1.shape': '64×56×56', 'conv1.macs': '72,855,552' };

const told = ({ state }: OpenedApp): string =>
  JSON.stringify([
    costTable(designOf(state()), state().analysis, { convention: 'mac' }),
    [...state().analysis.facts.values()].map(({ id, inputs, outputs, cost }) => [
      id,
      inputs.map((dims) => dims?.slice(1).join('×')),
      Object.values(outputs ?? {}).map((dims) => dims.slice(1).join('×')),
      cost?.macs.value.toLocaleString('en-US'),
    ]),
  ]);

describe('an exercise with hidden cells', () => {
  it('tells nothing of what is to be worked out, until it has been', async () => {
    const t = startApp();
    await giveShipped(t.app, 0);
    expect(designOf(t.state()).name).toContain('AlexNet');
    for (const figure of Object.values(lecture)) expect(told(t)).not.toContain(figure);
    // Its costs would tell its shape, so that it is all told at once.
    answer(t.app, 'conv1.macs', lecture['conv1.macs']);
    expect(told(t)).not.toContain(lecture['conv1.shape']);
    answer(t.app, 'conv1.shape', '64x55x55');
    expect(told(t)).not.toContain(lecture['conv1.shape']);
    answer(t.app, 'conv1.shape', '64x56x56');
    for (const figure of Object.values(lecture)) expect(told(t)).toContain(figure);
  });

  it('hides nothing once it is put away, and what is run and exported is whole all the time', async () => {
    const t = startApp();
    await giveShipped(t.app, 0);
    // The lecture's total at 227×227.
    expect(t.state().whole.analysis.totals.macs).toBe(716_767_232);
    expect(t.state().whole.analysis.totals.unknown).toBe(0);
    expect(t.state().whole.analysis.facts.get('conv1')?.cost?.macs.value).toBe(72_855_552);
    putAway(t.app);
    for (const figure of Object.values(lecture)) expect(told(t)).toContain(figure);
  });

  it('keeps what was answered, for each exercise of its own, as long as the host keeps anything', async () => {
    const t = startApp();
    await giveShipped(t.app, 0);
    answer(t.app, 'conv1.macs', '72 855 552');
    await giveShipped(t.app, 1);
    expect(workingOf(t.app).getState().answers).toEqual({});
    const later = startApp();
    for (const [name, value] of t.storage.kept) later.storage.setItem(name, value);
    await giveShipped(later.app, 0);
    expect(workingOf(later.app).getState().answers).toEqual({ 'conv1.macs': '72 855 552' });
  });

  it('takes what was kept for nothing where it is something else', async () => {
    const t = startApp();
    for (const kept of ['', 'null', '[]', '{"x":3}', '{', '{"a":{"b":{}}}']) {
      t.storage.setItem('exerciseAnswers', kept);
      await giveShipped(t.app, 0);
      expect(workingOf(t.app).getState().answers).toEqual({});
    }
  });
});

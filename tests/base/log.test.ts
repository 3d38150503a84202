import { afterEach, expect, it } from 'vitest';
import { log, openChannels, openList } from '../../shared/base/log.ts';

const said: string[] = [];
const open = (list: string) => openChannels(list, (line) => said.push(line));
afterEach(() => {
  open('');
  said.length = 0;
});

it('says nothing, and works nothing out, on a channel that is not open', () => {
  open('plan,nothing');
  log('run', () => {
    throw new Error('worked out');
  });
  log('plan', () => '12 steps');
  expect(said).toEqual(['[plan] 12 steps']);
});

it.each([
  ['', ''],
  ['1', ''],
  ['run', 'run'],
  [' run , plan', 'plan,run'],
  ['all', 'plan,run'],
])('opens of "%s" what it knows: "%s"', (list, opened) => {
  open(list);
  expect(openList()).toBe(opened);
});

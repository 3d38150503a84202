import { expect, test } from 'vitest';
import { cancellable } from '../../../renderer/host/browser-files.ts';

const failing = (name: string) => cancellable(Promise.reject(new DOMException('as the browser says', name)));

test('a picker that is cancelled gives nothing', async () => {
  expect(await failing('AbortError')).toBeNull();
});

test.each([
  ['QuotaExceededError', 'The disk is full.'],
  ['NotAllowedError', 'Permission denied.'],
  ['NoModificationAllowedError', 'Another program holds it.'],
])('a picker that fails with %s says: %s', async (name, sentence) => {
  await expect(failing(name)).rejects.toThrow(sentence);
});

import { produce } from 'immer';
import { expect, test } from 'vitest';
import { emptyDesign } from '../../shared/graph/design.ts';
import { addNode, connect, newNode } from '../../shared/graph/edits.ts';
import { RunError } from '../../shared/runtime/run-error.ts';
import { DesignSession } from '../../shared/runtime/session.ts';

test('weights that no memory holds are refused before any of them is made', async () => {
  // 150,528 × 20,000 weights and 20,000 biases of four bytes.
  const bytes = 4 * (3 * 224 * 224 * 20_000 + 20_000);
  const design = produce(emptyDesign, (draft) => {
    addNode('x', newNode('input', { shape: [3, 224, 224] }))(draft);
    addNode('flat', newNode('flatten'))(draft);
    addNode('fc', newNode('linear', { features: 20_000 }))(draft);
    addNode('y', newNode('output'))(draft);
    for (const [from, to] of [
      ['x', 'flat'],
      ['flat', 'fc'],
      ['fc', 'y'],
    ] as const)
      connect({ node: from, port: 'out' }, { node: to, port: 'in' })(draft);
  });
  const error = await DesignSession.create(design, { backend: 'reference' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RunError)) throw new Error('It was not refused.');
  expect(error.problem).toMatchObject({ code: 'memory-exceeded', where: { node: 'fc' } });
  expect(error.problem.message).toContain(`${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`);
});

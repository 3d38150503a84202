import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { withoutDesign } from '../formats/onnx/foreign.ts';
import { networkOf, randomWeights } from '../formats/random-network.ts';
import { small } from '../formats/small.ts';
import { chromiumPath, command, findNode, nodeOf, type OpenApp, openApp } from './app.ts';

/** ResNet-18 as another tool would write it: layers alone, no word of blocks. */
function model(): Uint8Array {
  const design = small(zooEntry('resnet18')!.build());
  const bytes = exportOnnx(design, randomWeights(networkOf(design), 'e2e'));
  if (!bytes.ok) throw new Error(bytes.problems[0]!.message);
  return withoutDesign(bytes.value);
}

describe.skipIf(!chromiumPath)('a model whose layers make up blocks', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
    await app.offer('resnet.onnx', model());
  });
  afterAll(() => app?.close());

  const shown = (id: string) => nodeOf(app.page, id).waitFor();
  const gone = (id: string) => nodeOf(app.page, id).waitFor({ state: 'detached' });
  const weights = () => app.page.getByTestId('weights-cover').textContent();

  test('opens as it is, and offers to fold them', async () => {
    const { page } = app;
    await page.keyboard.press('Control+o');
    await shown('layer2.0.conv1');
    const offer = page.getByTestId('notice-action');
    await expect.poll(() => offer.textContent()).toBe('Fold into 1 × Conv–BN–ReLU, 8 × Residual');
    await offer.click();
    await shown('layer2.0');
    await gone('layer2.0.conv1');
    await expect.poll(() => page.getByTestId('notice').count()).toBe(0);
  });

  test('folded, has all of its weights; undone and redone too', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Run', exact: true }).click();
    await expect.poll(weights).toMatch(/^all \d+ loaded$/);
    await command(page, 'Undo');
    // Only what is in sight is drawn, and the unfolded design is larger.
    await command(page, 'Fit the design');
    await shown('layer2.0.conv1');
    await expect.poll(weights).toMatch(/^all \d+ loaded$/);
    await command(page, 'Redo');
    await gone('layer2.0.conv1');
    await expect.poll(weights).toMatch(/^all \d+ loaded$/);
  });

  test('what is unpacked lies where the block was, and its row and the rows before it stay where they are', async () => {
    const { page } = app;
    const placed = () =>
      page.locator('.react-flow__node').evaluateAll((nodes) =>
        Object.fromEntries(
          nodes.map((node) => {
            const { e: x, f: y } = new DOMMatrix(getComputedStyle(node).transform);
            return [node.getAttribute('data-id') ?? '', { x, y }] as const;
          }),
        ),
      );
    /** All of them, once the whole design is in sight. */
    const fitted = async (inTheMiddle: string) => {
      await command(page, 'Fit the design');
      await expect
        .poll(async () => Object.keys(await placed()))
        .toEqual(expect.arrayContaining(['input', 'fc', inTheMiddle]));
      return placed();
    };
    const before = await fitted('layer2.0');
    const block = before['layer2.0']!;
    // By its name: the view may still be on its way.
    await findNode(page, 'layer2.0');
    await command(page, 'Unpack into layers');
    await nodeOf(page, 'layer2.0.conv1').and(page.locator('.is-selected')).waitFor();
    const after = await fitted('layer2.0.conv1');
    const inside = Object.entries(after).filter(([id]) => id.startsWith('layer2.0.'));
    expect(inside.length).toBeGreaterThan(5);
    expect(Math.min(...inside.map(([, { x }]) => x))).toBe(block.x);
    expect(Math.min(...inside.map(([, { y }]) => y))).toBe(block.y);
    const others = Object.entries(before).flatMap(([id, at]) => {
      const now = after[id];
      return now ? [{ id, at, now }] : [];
    });
    expect(others.length).toBeGreaterThan(9);
    for (const { id, at, now } of others) {
      if (at.y < block.y || (at.y === block.y && at.x < block.x)) expect([id, now]).toEqual([id, at]);
      else expect(now.x >= at.x && now.y >= at.y, id).toBe(true);
    }
    await page.keyboard.press('Control+z');
    const again = await fitted('layer2.0');
    expect(again).toEqual(before);
  });

  test('a block is unpacked with its weights, and folded again from the menu of one of its layers', async () => {
    const { page } = app;
    await nodeOf(page, 'layer1.0').click({ button: 'right' });
    await page.locator('[data-testid=canvas-menu] [data-command=unpack]').click();
    await shown('layer1.0.bn1');
    await expect.poll(weights).toMatch(/^all \d+ loaded$/);
    await nodeOf(page, 'layer1.0.bn1').click();
    await nodeOf(page, 'layer1.0.bn1').click({ button: 'right' });
    await page.locator('[data-testid=canvas-menu] [data-command=fold]').click();
    await gone('layer1.0.bn1');
    await nodeOf(page, 'layer1.0').and(page.locator('.is-selected')).waitFor();
    await expect.poll(weights).toMatch(/^all \d+ loaded$/);
  });

  test('where there is nothing to fold, says so', async () => {
    const { page } = app;
    await findNode(page, 'fc');
    await command(page, 'Fold into blocks');
    await expect
      .poll(() => page.getByTestId('notice').textContent())
      .toContain('The selection holds no structure of a block');
  });

  test('the page complained of nothing', () => expect(app.complaints).toEqual([]));
});

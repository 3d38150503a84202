import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chromiumPath,
  command,
  dragFromPalette,
  findNode,
  nodeOf,
  type OpenApp,
  onWire,
  openApp,
} from './app.ts';

/** torchvision's VGG-16, in multiply-adds and parameters. */
const VGG16 = { macs: '15,470,264,320', params: '138,357,544' };
/** Its thirteen convolutions alone (Keras: VGG16 without top, 14,714,688), and 512·1000 + 1000 for the new classifier. */
const WITH_GAP = { macs: '15,347,142,656', params: '15,227,688' };

/** A picture with something in it: a disc on a gradient. */
function photo(): Uint8Array {
  const [width, height] = [320, 240];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = Math.hypot(x - 150, y - 120) < 70;
      data.set(inside ? [220, 160, 40] : [x % 256, y, 255 - y], (y * width + x) * 3);
    }
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}

describe.skipIf(!chromiumPath)('VGG-16 without its fully connected layers, from start to saved file', () => {
  let app: OpenApp;
  beforeAll(async () => {
    app = await openApp();
  });
  afterAll(() => app?.close());

  const total = (): Promise<string> => app.page.locator('[data-testid=total-operations]').innerText();
  const gauge = (quantity: string) => app.page.locator(`[data-testid=gauge-${quantity}]`);

  test('the start page shows the network with its published costs, and opens it', async () => {
    const card = app.page.locator('[data-zoo=vgg16]');
    await card.locator('.miniature').waitFor();
    await expect.poll(() => card.innerText()).toContain('15.47 G');
    await card.click();
    await nodeOf(app.page, 'conv1_1').waitFor();
    await expect.poll(() => total()).toBe(VGG16.macs);
    await expect.poll(() => app.page.locator('.cost-row.is-total').innerText()).toContain(VGG16.params);
    await expect.poll(() => app.page.locator('.wire-shape').first().textContent()).toBe('3×224²');
    expect(await app.page.locator('g.wire > title').first().textContent()).toContain('3×224×224');
  });

  test('pinned, then three FC layers replaced by GAP and one FC: costs fall and the gauges say by how much', async () => {
    const { page } = app;
    await command(page, 'Pin as baseline');
    for (const id of ['fc6', 'relu6', 'drop6', 'fc7', 'relu7', 'drop7']) {
      await findNode(page, id);
      await page.keyboard.press('Control+Delete');
      await nodeOf(page, id).waitFor({ state: 'detached' });
    }
    await findNode(page, 'pool5');
    await page.keyboard.press('1');
    await dragFromPalette(page, 'globalAvgPool', await onWire(page, 'pool5', 'flatten'));
    await page.locator('.layer-node[data-kind=globalAvgPool]').waitFor();
    await findNode(page, 'flatten');
    await page.keyboard.press('Control+Delete');
    await expect.poll(total).toBe(WITH_GAP.macs);
    await expect.poll(() => page.locator('.cost-row.is-total').innerText()).toContain(WITH_GAP.params);
    await expect.poll(() => gauge('macs').innerText()).toContain('−0.8 %');
    await expect.poll(() => gauge('params').innerText()).toContain('−89 %');
  });

  test('a budget of at most 5 % more takes savings for none of its business, but says that there is room', async () => {
    const { page } = app;
    await gauge('params').click();
    await page.locator('.budget-popover input').fill('+5%');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(() => gauge('params').getAttribute('class')).toContain('is-within');
    await expect.poll(() => gauge('params').innerText()).toContain('−89 % / +5 %');
    await page.getByRole('tab', { name: /Problems/ }).click();
    const remark = page.locator('[data-testid=problems] [data-rule=over-budget]');
    await expect.poll(() => remark.innerText()).toContain('leaves room');
    expect(await remark.getAttribute('class')).toContain('is-info');
    await page.getByRole('tab', { name: 'Costs' }).click();
  });

  test('a budget of ±5 % of the baseline holds for multiply-adds and not for parameters', async () => {
    const { page } = app;
    for (const quantity of ['macs', 'params']) {
      await gauge(quantity).click();
      await page.locator('.budget-popover input').fill('±5%');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
    }
    await expect.poll(() => gauge('macs').getAttribute('class')).toContain('is-within');
    await expect.poll(() => gauge('params').getAttribute('class')).toContain('is-over');
  });

  test('Compare lists what went and what came', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Compare' }).click();
    const row = (change: string, id: string) => page.locator(`[data-change=${change}]`, { hasText: id });
    await row('removed', 'fc6').waitFor();
    await row('added', 'globalAvgPool').waitFor();
    await expect.poll(() => row('removed', 'fc6').innerText()).toContain('−102.8 M');
  });

  test('a broken VGG rule is found, and mended with one click', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: /Problems/ }).click();
    await page.locator('[data-testid=preset]').selectOption('vgg');
    await findNode(page, 'conv3_1');
    await page.locator('[data-param=kernel] input').first().fill('5');
    await page.keyboard.press('Tab');
    const finding = page.locator('[data-testid=problems] [data-rule=vgg-conv-3x3]');
    await finding.waitFor();
    await expect.poll(() => finding.innerText()).toContain('conv3_1');
    await finding.locator('.button.is-primary').click();
    await finding.waitFor({ state: 'detached' });
    await expect.poll(() => page.locator('[data-param=kernel] input').first().inputValue()).toBe('3');
  });

  test('runs on a photograph: five scores, the output shape and the time', async () => {
    const { page } = app;
    await app.offer('photo.png', photo());
    await page.getByRole('tab', { name: 'Run' }).click();
    await page.locator('.drop-zone button').first().click();
    await page.locator('.drop-zone img').waitFor();
    await page.locator('.run-controls button[type=submit]').click();
    await page.locator('[data-testid=scores] li').nth(4).waitFor();
    const shares = await page.locator('.score-value').allInnerTexts();
    const sum = shares.reduce((all, text) => all + Number.parseFloat(text), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(100.05);
    await expect.poll(() => page.locator('.scores .figures').innerText()).toContain('1000');
  });

  test('undo goes all the way back to the file; redo brings everything again', async () => {
    const { page } = app;
    await page.getByRole('tab', { name: 'Costs' }).click();
    await page.locator('.canvas').focus();
    const undo = page.locator('.toolbar [data-command=undo]');
    while (await undo.isEnabled()) await page.keyboard.press('Control+z');
    await expect.poll(() => total()).toBe(VGG16.macs);
    await expect.poll(() => page.locator('.window-title .dirty-dot').count()).toBe(0);
    const redo = page.locator('.toolbar [data-command=redo]');
    while (await redo.isEnabled()) await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => total()).toBe(WITH_GAP.macs);
    await expect.poll(() => page.locator('.window-title .dirty-dot').count()).toBe(1);
  });

  test('saved as JSON, reopened after a reload, still the same', async () => {
    const { page } = app;
    await page.keyboard.press('Control+s');
    await page.locator('.window-title .dirty-dot').waitFor({ state: 'detached' });
    const text = await app.saved('VGG-16.netwright.json');
    expect(JSON.parse(text)).toMatchObject({ name: 'VGG-16', budget: { macs: '±5%', params: '±5%' } });
    await page.reload();
    await page.locator('.file-list button', { hasText: 'VGG-16.netwright.json' }).click();
    await nodeOf(page, 'conv1_1').waitFor();
    await expect.poll(() => total()).toBe(WITH_GAP.macs);
    await expect.poll(() => gauge('params').innerText()).toContain('−89 %');
  });

  test('the page complained of nothing', () => {
    expect(app.complaints).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)('files that cannot be read', () => {
  test('are told with their lines, and what is open stays', async () => {
    const app = await openApp();
    try {
      const { page } = app;
      await page.locator('[data-zoo=alexnet]').click();
      await nodeOf(page, 'conv1').waitFor();
      const spec =
        '{\n  "netwright": 1,\n  "name": "x",\n  "nodes": [\n    { "id": "a", "kind": "conv3d" }\n  ]\n}\n';
      await app.offer('broken.netwright.json', new TextEncoder().encode(spec));
      await page.keyboard.press('Control+o');
      const notice = page.locator('[data-testid=notice]');
      await notice.waitFor();
      await expect.poll(() => notice.innerText()).toContain('broken.netwright.json');
      await expect.poll(() => notice.innerText()).toMatch(/5:\d+/);
      await expect.poll(() => nodeOf(page, 'conv1').count()).toBe(1);
    } finally {
      await app.close();
    }
  });
});

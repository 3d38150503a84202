import { expect } from 'vitest';
import { atRest, command, nodeOf, type OpenApp } from './app.ts';

export interface NamedSpec {
  readonly name: string;
  readonly nodes: readonly { readonly id: string }[];
}

/** Opens a design in place of the one that is open, whose changes are given up. */
export async function openSpec({ page, offer }: OpenApp, spec: NamedSpec): Promise<void> {
  await offer(`${spec.name}.netwright.json`, new TextEncoder().encode(JSON.stringify(spec)));
  await page.keyboard.press('Control+o');
  const question = page.getByRole('button', { name: 'Do not save' });
  const first = nodeOf(page, spec.nodes[0]!.id);
  await expect
    .poll(async () => {
      if (await question.isVisible()) await question.click();
      return (await page.title()).includes(spec.name) && first.isVisible();
    })
    .toBe(true);
  await atRest(page);
}

/** Opens a network of the start page in place of the design that is open, whose changes are given up. */
export async function openZoo({ page }: OpenApp, name: string): Promise<void> {
  if (!(await page.getByTestId('start').isVisible())) await command(page, 'Start page');
  const [card, question] = [
    page.locator(`[data-zoo=${name}]`),
    page.getByRole('button', { name: 'Do not save' }),
  ];
  await card.or(question).waitFor();
  if (await question.isVisible()) await question.click();
  await card.click();
  await page.locator('.layer-node').first().waitFor();
  await atRest(page);
}

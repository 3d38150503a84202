import type { AxeResults, NodeResult, Result } from 'axe-core';
import axe from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}

/** Rules that only the theme can break. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/** Which of what is in the page is looked at, and for what. */
interface Look {
  readonly colourAlone?: boolean;
  /** A part that was looked at before, and has not changed since. */
  readonly without?: string;
}

/** All that axe objects to in the page as it stands, of every severity, best practices included; empty where it is sound. */
export async function objections(
  page: Page,
  { colourAlone = false, without }: Look = {},
): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations, incomplete } = await page.evaluate(
    async ({ rules, known }): Promise<Pick<AxeResults, 'violations' | 'incomplete'>> =>
      window.axe.run(known === undefined ? document : { exclude: [known] }, {
        resultTypes: ['violations', 'incomplete'],
        ...(rules ? { runOnly: { type: 'rule', values: rules } } : {}),
      }),
    { rules: colourAlone ? OF_COLOUR : undefined, known: without },
  );
  const hidden = [...violations, ...incomplete].filter(({ id }) => id === 'aria-hidden-focus');
  const open = await page.evaluate(
    decideHidden,
    hidden.flatMap(({ nodes }) => nodes).map(({ target }) => String(target.at(-1))),
  );
  const decided = ['color-contrast', 'aria-hidden-focus'];
  const undecided = incomplete.filter(({ id }) => !decided.includes(id));
  const colours = incomplete.filter(({ id }) => id === 'color-contrast').flatMap(({ nodes }) => nodes);
  const low = await page.evaluate(
    decideContrast,
    colours.map(({ target }) => String(target.at(-1))),
  );
  // While a menu is open all else is hidden, headings too.
  const beneath = await page.locator('[data-aria-hidden=true]').count();
  const excepted = ['aria-hidden-focus', ...(beneath > 0 ? ['page-has-heading-one'] : [])];
  const objected = violations.filter(({ id }) => !excepted.includes(id));
  return [...objected, ...undecided].flatMap(told).concat(low, open);
}

const told = ({ id, impact, nodes }: Result): readonly string[] =>
  nodes.map(({ html, any, all, none }: NodeResult) => {
    const why = [...any, ...all, ...none].map(({ message }) => message).join(' ');
    return `${id} (${impact}): ${html.slice(0, 160)} ${why.slice(0, 200)}`;
  });

/**
 * Runs in the page. What lies behind a dialog or a menu is hidden from those who listen, and keeps its fields: whether they
 * can be reached is tried. What is brought to the focus has to lose it to what lies on top, at once.
 */
function decideHidden(selectors: readonly string[]): string[] {
  const before = document.activeElement;
  if (selectors.length === 0) return [];
  if (!(before instanceof HTMLElement) || !before.closest('[role=dialog], [role=alertdialog], [role=menu]'))
    return [`what is open has not got the focus, but ${before?.outerHTML.slice(0, 160)}`];
  // What is on top learns where it had the focus, to which it returns.
  before.blur();
  before.focus();
  const reached: string[] = [];
  for (const selector of selectors) {
    const behind = document.querySelector<HTMLElement>(selector);
    const fields =
      behind?.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [tabindex]') ?? [];
    for (const field of [...(behind ? [behind] : []), ...fields]) {
      if (field.dataset.radixFocusGuard !== undefined) continue;
      field.focus();
      if (document.activeElement !== field) continue;
      reached.push(`behind what is open, yet focused: ${field.outerHTML.slice(0, 160)}`);
    }
  }
  before.focus();
  return reached;
}

/**
 * Runs in the page. What axe cannot decide, since something lies behind or over a text: its colour against all that is painted
 * beneath it, one over the other, by the colours that the styles come to; of a gradient every stop counts.
 */
function decideContrast(selectors: readonly string[]): string[] {
  type Colour = readonly [number, number, number, number];
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const parse = (colour: string): Colour => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a]: Colour, [x, y, z]: Colour): Colour => [
    r * a + x * (1 - a),
    g * a + y * (1 - a),
    b * a + z * (1 - a),
    1,
  ];
  const luminance = ([r, g, b]: Colour): number => {
    const [x, y, z] = [r, g, b].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one: Colour, other: Colour): number => {
    const [a, b] = [luminance(one), luminance(other)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  /** What an element paints: its ground, and each stop of what lies on that. */
  const paints = (element: Element): readonly Colour[] => {
    const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
    const faded = ([r, g, b, a]: Colour): Colour => [r, g, b, a * Number(opacity)];
    const stops = backgroundImage.match(/(?:rgba?|color|oklch|oklab|lab)\([^)]*\)/g) ?? [];
    return [parse(backgroundColor), ...stops.map(parse)].map(faded).filter(([, , , a]) => a > 0);
  };
  const low = new Set<string>();
  for (const selector of selectors) {
    const element = document.querySelector(selector);
    if (!element || element.closest(':disabled, [aria-disabled=true], [data-disabled], .is-bypassed'))
      continue;
    const { left, top, width, height } = element.getBoundingClientRect();
    const stack = document.elementsFromPoint(left + width / 2, top + height / 2);
    const at = stack.indexOf(element);
    const beneath: Element[] = at >= 0 ? stack.slice(at) : [];
    if (at < 0) for (let up: Element | null = element; up; up = up.parentElement) beneath.push(up);
    const layers = beneath.map(paints);
    const opaque = layers.findIndex((all) => all.some(([, , , a]) => a >= 1));
    let grounds: readonly Colour[] = [parse('white')];
    for (const all of layers.slice(0, opaque < 0 ? undefined : opaque + 1).reverse())
      grounds =
        all.length === 0 ? grounds : all.flatMap((paint) => grounds.map((ground) => over(paint, ground)));
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
    const [r, g, b, a] = parse(color);
    const size = Number.parseFloat(fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
    const worst = Math.min(
      ...grounds.map((ground) => contrast(over([r, g, b, a * Number(opacity)], ground), ground)),
    );
    if (worst < wanted)
      low.add(`contrast ${worst.toFixed(2)}: ${element.outerHTML.slice(0, 160)} ${element.textContent}`);
  }
  return [...low];
}

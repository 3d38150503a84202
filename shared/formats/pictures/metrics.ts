/**
 * Advance widths of Roboto in thousandths of the font size, U+0020 to U+007E. Pictures name Roboto first and then fonts
 * of about its width; labels get a little air so that a substitute does not overflow.
 */
const widths = {
  regular: [
    248, 258, 320, 616, 562, 732, 622, 175, 342, 348, 431, 567, 197, 276, 264, 413, 562, 562, 562, 562, 562,
    562, 562, 562, 562, 562, 242, 211, 508, 549, 523, 473, 898, 652, 623, 651, 656, 568, 553, 681, 713, 272,
    552, 627, 539, 873, 713, 688, 631, 688, 616, 594, 597, 648, 637, 887, 627, 601, 599, 265, 411, 265, 418,
    451, 309, 544, 562, 523, 564, 530, 348, 562, 551, 243, 239, 507, 243, 877, 552, 570, 562, 568, 339, 516,
    327, 551, 484, 751, 496, 473, 496, 338, 244, 338, 680,
  ],
  medium: [
    249, 268, 324, 610, 568, 734, 639, 169, 349, 353, 442, 558, 220, 329, 279, 396, 568, 568, 568, 568, 568,
    568, 568, 568, 568, 568, 265, 238, 508, 560, 521, 487, 895, 666, 631, 653, 653, 565, 550, 681, 711, 282,
    555, 630, 542, 875, 710, 690, 640, 690, 625, 604, 607, 652, 647, 880, 633, 609, 603, 274, 418, 274, 428,
    451, 322, 542, 563, 524, 565, 537, 354, 567, 555, 256, 250, 522, 256, 871, 556, 569, 563, 568, 352, 517,
    333, 556, 495, 743, 503, 487, 503, 335, 251, 335, 665,
  ],
} as const;
/** For what is not in the table: wide enough for an em dash; CJK takes a full em. */
const OTHER = 790;
const CJK = 1000;

export type Weight = keyof typeof widths;

export const FONT_STACK = "Roboto, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/** Width of a line of text in pixels, as set in Roboto. */
export function textWidth(text: string, fontPixels: number, weight: Weight = 'regular'): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === '×') thousandths += 534;
    else thousandths += widths[weight][code - 32] ?? (code >= 0x2e80 ? CJK : OTHER);
  }
  return (thousandths / 1000) * fontPixels;
}

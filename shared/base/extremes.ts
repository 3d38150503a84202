/** The largest of any number of numbers, `from` among them; handing millions of them to `Math.max` overflows the stack. */
export function largestOf(numbers: Iterable<number>, from = Number.NEGATIVE_INFINITY): number {
  let found = from;
  for (const number of numbers) if (number > found) found = number;
  return found;
}

/** The smallest of any number of numbers, `from` among them. */
export function smallestOf(numbers: Iterable<number>, from = Number.POSITIVE_INFINITY): number {
  let found = from;
  for (const number of numbers) if (number < found) found = number;
  return found;
}

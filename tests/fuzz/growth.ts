/** How much larger the large input is. Linear work grows as much, n·log n a little more, quadratic work 64 times. */
export const GROWTH = 8;

const MOST_GROWTH = 4 * GROWTH;
const MOST_TRIES = 10;

/**
 * Says how work grows where that is more than n·log n would; undefined where it is not. Counts the processor's time of
 * this process, not the clock's, and where the machine seems to have been busy tries again. Less work than `leastMs` says more
 * about the machine than about the program.
 */
export async function overgrowth(
  small: () => unknown,
  large: () => unknown,
  leastMs = 10,
): Promise<string | undefined> {
  let [less, more] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    less = Math.min(less, Math.max(leastMs, await processorMs(small)));
    more = Math.min(more, await processorMs(large));
    if (more <= MOST_GROWTH * less) return undefined;
  }
  return `${less.toFixed(0)} ms became ${more.toFixed(0)} ms with ${GROWTH} times as much`;
}

async function processorMs(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

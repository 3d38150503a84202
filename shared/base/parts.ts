/** Does in one go what can be done a part at a time. */
export function atOnce<Value>(work: Generator<unknown, Value>): Value {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

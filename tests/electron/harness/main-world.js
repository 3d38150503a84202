// The page's own world: receives what the preload exposes, and nothing else.
const waiting = new Map();
const callbacks = new Map();
let next = 0;

const call = (name, args) => {
  const id = ++next;
  const last = args.at(-1);
  const callback = typeof last === 'function' ? id : undefined;
  if (callback !== undefined) callbacks.set(callback, last);
  const plain = callback === undefined ? args : args.slice(0, -1);
  const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const detail = codec.encode({ id, name, args: plain, callback });
  document.dispatchEvent(new CustomEvent('harness:call', { detail }));
  if (callback === undefined) return answer;
  return () => void answer.then((undo) => call(undo, []));
};
document.addEventListener('harness:answer', ({ detail }) => {
  const { id, value, undo, error } = codec.decode(detail);
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (error === undefined) resolve(undo ?? value);
  else reject(new Error(error));
});
document.addEventListener('harness:callback', ({ detail }) => {
  const { callback, payload } = codec.decode(detail);
  callbacks.get(callback)(payload);
});
document.addEventListener('harness:expose', ({ detail }) => {
  const { key, members } = codec.decode(detail);
  const api = Object.fromEntries(
    members.map(({ name, value, call: isCall }) => [name, isCall ? (...args) => call(name, args) : value]),
  );
  Object.defineProperty(window, key, { value: Object.freeze(api), enumerable: true });
});

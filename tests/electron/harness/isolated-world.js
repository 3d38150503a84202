// The preload's world: a global of its own beside the page's, with `electron` as a sandboxed preload sees it.
const listeners = new Map();
const pending = new Map();
const exposed = new Map();
let next = 0;
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

const ipcRenderer = {
  invoke: (channel, ...args) =>
    new Promise((resolve, reject) => {
      const id = ++next;
      const message = codec.encode({ id, channel, args });
      pending.set(id, { resolve, reject });
      globalThis.harnessPost(message);
    }),
  on(channel, listener) {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
  },
  removeListener(channel, listener) {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((other) => other !== listener),
    );
  },
};

// Called from outside through the debugger, with replies and events.
globalThis.harnessDeliver = (text) => {
  const message = codec.decode(text);
  if (message.channel !== undefined) {
    for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
    return;
  }
  const { resolve, reject } = pending.get(message.id);
  pending.delete(message.id);
  if (message.error === undefined) resolve(message.value);
  else reject(new Error(message.error));
};

// The bridge: the page gets frozen copies; its calls and callbacks cross as numbers.
const describeMember = (name, member) => {
  if (typeof member !== 'function') return { name, value: member };
  exposed.set(name, member);
  return { name, call: true };
};
const contextBridge = {
  exposeInMainWorld(key, api) {
    const members = Object.entries(api).map(([name, member]) => describeMember(name, member));
    tell('harness:expose', codec.encode({ key, members }));
  },
};
document.addEventListener('harness:call', ({ detail }) => {
  const { id, name, args, callback } = codec.decode(detail);
  const given =
    callback === undefined
      ? args
      : [...args, (payload) => tell('harness:callback', codec.encode({ callback, payload }))];
  const answer = (part) => tell('harness:answer', codec.encode({ id, ...part }));
  let result;
  try {
    result = exposed.get(name)(...given);
  } catch (error) {
    answer({ error: error.message });
    return;
  }
  if (typeof result === 'function') {
    exposed.set(`undo${id}`, result);
    answer({ undo: `undo${id}` });
  } else
    Promise.resolve(result).then(
      (value) => answer({ value }),
      (error) => answer({ error: error.message }),
    );
});

// Of zooming as a page does it, the nearest that a style has.
const webFrame = {
  setZoomFactor(factor) {
    document.documentElement.style.zoom = String(factor);
  },
};

// biome-ignore lint/correctness/noUnusedVariables: the preload that is put after this text asks for it.
const require = (name) => {
  if (name === 'electron') return { contextBridge, ipcRenderer, webFrame };
  throw new Error(`A sandboxed preload cannot require ${name}.`);
};

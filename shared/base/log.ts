/** What can be watched while the program works. Off unless asked for; nothing private is ever said: no names, no values. */
export const channels = ['plan', 'run'] as const;
export type Channel = (typeof channels)[number];

let open: ReadonlySet<Channel> = new Set();
let write: (line: string) => void = () => {};

/** Opens the channels that a list such as `run,plan` names, `all` for every one; what it names beside them is ignored. */
export function openChannels(list: string, to: (line: string) => void): void {
  const names = list.split(',').map((name) => name.trim());
  open = new Set(channels.filter((channel) => names.includes(channel) || names.includes('all')));
  write = to;
}

/** The channels that are open, as a list that opens them elsewhere: in a worker. */
export function openList(): string {
  return [...open].join(',');
}

/** Says something where the channel is open; what it would cost to say it is spent only then. */
export function log(channel: Channel, say: () => string): void {
  if (open.has(channel)) write(`[${channel}] ${say()}`);
}

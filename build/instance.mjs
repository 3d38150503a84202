import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/**
 * Where the app lives in a browser. What a browser keeps for a page it keeps for its address, port and all: the first of
 * these that is free is taken, so that unsaved work and choices are there again at the next start.
 */
export const PORTS = [47_821, 47_822, 47_823];
const WHO = '/netwright-instance';
const HANDED = '/handed/';
const ANSWER_MS = 1000;
const MAX_HANDED_BYTES = 1 << 30;

/** The browser's profile of the app, kept from start to start. */
export function profileFolder(environment = process.env, platform = process.platform) {
  const { XDG_CONFIG_HOME, APPDATA, NETWRIGHT_PROFILE } = environment;
  const home = homedir();
  const base =
    platform === 'win32'
      ? (APPDATA ?? join(home, 'AppData/Roaming'))
      : platform === 'darwin'
        ? join(home, 'Library/Application Support')
        : (XDG_CONFIG_HOME ?? join(home, '.config'));
  return NETWRIGHT_PROFILE ?? join(base, 'netwright-browser');
}

const nameOf = (profile) => createHash('sha256').update(resolve(profile)).digest('hex').slice(0, 16);

/** Who is at a port: this app with this profile, somebody else, or nobody. */
async function whoIsAt(port, profile) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${WHO}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    return (await answer.text()) === nameOf(profile) ? 'us' : 'foreign';
  } catch (error) {
    return error?.cause?.code === 'ECONNREFUSED' ? 'nobody' : 'foreign';
  }
}

/** The instance that runs, or the port for a new one; with the ports that other programs hold. */
export async function findPlace(profile, ports = PORTS) {
  const found = await Promise.all(ports.map(async (port) => ({ port, who: await whoIsAt(port, profile) })));
  return {
    running: found.find(({ who }) => who === 'us')?.port,
    free: found.find(({ who }) => who === 'nobody')?.port,
    foreign: found.filter(({ who }) => who === 'foreign').map(({ port }) => port),
  };
}

/** Leaves a file where the instance that runs finds it; the address part that opens it there. */
export function handOver(profile, file) {
  const path = resolve(file);
  const token = randomBytes(16).toString('hex');
  const folder = join(profile, 'handed');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, token), path, { mode: 0o600 });
  return `?open=${token}&name=${encodeURIComponent(basename(path))}`;
}

/** What an instance answers besides its files: who it is, and the files that were handed to it. */
export function answersOf(profile) {
  return (pathname) => {
    if (pathname === WHO) return { type: 'text/plain', body: nameOf(profile) };
    const token = pathname.startsWith(HANDED) ? pathname.slice(HANDED.length) : '';
    if (!/^[0-9a-f]{32}$/.test(token)) return undefined;
    try {
      const path = readFileSync(join(profile, 'handed', token), 'utf8');
      const { size } = statSync(path);
      if (size > MAX_HANDED_BYTES) return undefined;
      return { type: 'application/octet-stream', body: readFileSync(path) };
    } catch {
      return undefined;
    }
  };
}

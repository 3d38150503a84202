import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';

/**
 * Where the app lives in a browser. What a browser keeps for a page it keeps for its address, port and all: the first of
 * these that is free is taken, so that unsaved work and choices are there again at the next start.
 */
export const PORTS = [47_821, 47_822, 47_823];
const WHO = '/netwright-instance/';
const HANDED = '/handed/';
const ANSWER_MS = 1000;
const MAX_ANSWER_BYTES = 1024;
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

/** What only those know who may read the profile; made by the first who asks. */
function secretOf(profile) {
  const file = join(profile, 'instance-secret');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

/** What an instance of this profile answers when it is asked with this question: nobody else can. */
const answerTo = (question, profile) =>
  createHmac('sha256', secretOf(profile)).update(question).digest('hex');

/** Who is at a port: this app with this profile, somebody else, or nobody. */
async function whoIsAt(port, profile) {
  const question = randomBytes(16).toString('hex');
  try {
    const answer = await fetch(`http://127.0.0.1:${port}${WHO}${question}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return (await beginningOf(answer)) === answerTo(question, profile) ? 'us' : 'foreign';
  } catch (error) {
    return error?.cause?.code === 'ECONNREFUSED' ? 'nobody' : 'foreign';
  }
}

/** No more of an answer than one of ours has, and a little: somebody else's may have no end. */
async function beginningOf({ body }) {
  const parts = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(parts).toString();
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

/** A random word, as questions and tokens are. */
function wordBehind(start, pathname) {
  const word = pathname.startsWith(start) ? pathname.slice(start.length) : '';
  return /^[0-9a-f]{32}$/.test(word) ? word : undefined;
}

/** What an instance answers besides its files: who it is, and the files that were handed to it. */
export function answersOf(profile) {
  return (pathname) => {
    const question = wordBehind(WHO, pathname);
    if (question !== undefined) return { type: 'text/plain', body: answerTo(question, profile) };
    const token = wordBehind(HANDED, pathname);
    if (token === undefined) return undefined;
    try {
      const path = readFileSync(join(profile, 'handed', token), 'utf8');
      const there = statSync(path);
      // A pipe that nobody writes into would be opened for ever.
      if (!there.isFile() || there.size > MAX_HANDED_BYTES) return undefined;
      return { type: 'application/octet-stream', body: readFileSync(path) };
    } catch {
      return undefined;
    }
  };
}

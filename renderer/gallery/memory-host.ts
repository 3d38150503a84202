import type {
  EventName,
  EventOf,
  FileKind,
  FoundConfig,
  Host,
  HostMenu,
  OpenedFile,
  ProgramDesign,
  ProgramModules,
  RecentFile,
  SaveRefusal,
} from '../../shared/host/contract.ts';

/** A host without windows or disks: files are in a map, and what a user would pick or answer is set before. */
export interface MemoryHost extends Host {
  readonly files: Map<string, Uint8Array>;
  /** What the next dialogs give, in order; a dialog without an answer is cancelled. */
  readonly picks: string[];
  /** Where the next saves go that ask for a place. */
  readonly places: string[];
  /** Why the next saves write nothing. */
  readonly refusals: (SaveRefusal | Error)[];
  readonly recent: RecentFile[];
  /** What running a program gives; those without are declined. */
  readonly programs: Map<string, { readonly modules: ProgramModules; design(module: string): ProgramDesign }>;
  /** What is found beside every document. */
  config: FoundConfig | null;
  readonly menus: readonly HostMenu[];
  readonly shown: { readonly name: string; readonly dirty: boolean };
  /** Kept work, by journal, and what of it was set aside. */
  readonly journals: Map<string, string>;
  readonly aside: Map<string, string>;
  /** What the desktop was asked to do beside files: windows, folders. */
  readonly asked: readonly string[];
  readonly closed: boolean;
  readonly fullScreen: boolean;
  tell<E extends EventName>(event: E, payload: EventOf<E>): void;
  /** A file as an open dialog would give it. */
  opened(name: string): OpenedFile;
}

export function createMemoryHost(kind: Host['kind'] = 'desktop'): MemoryHost {
  const files = new Map<string, Uint8Array>();
  const picks: string[] = [];
  const places: string[] = [];
  const refusals: (SaveRefusal | Error)[] = [];
  const recent: RecentFile[] = [];
  const programs: MemoryHost['programs'] = new Map();
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  let menus: readonly HostMenu[] = [];
  let shown = { name: '', dirty: false };
  const journals = new Map<string, string>();
  const bases = new Map<string, string>();
  const asked: string[] = [];
  const aside = new Map<string, string>();
  let closed = false;
  let fullScreen = false;

  const bytesOf = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (!bytes) throw new Error(`${name} is not there.`);
    return bytes;
  };
  const opened = (name: string): OpenedFile =>
    name.endsWith('.json')
      ? { grant: name, name, bytes: bytesOf(name), held: null }
      : { grant: '', name, bytes: new Uint8Array(), held: { ticket: name, sizeBytes: bytesOf(name).length } };
  const remember = (name: string): void => {
    const others = recent.filter((file) => file.name !== name);
    recent.splice(0, recent.length, { id: name, name, folder: '/memory' }, ...others);
  };
  const isDesign = (kind: FileKind): boolean => kind === 'design';

  const host: MemoryHost = {
    kind,
    config: null,
    findConfig: async () => host.config,
    configBaseline: async ({ location }) => (files.has(location) ? { ...opened(location), grant: '' } : null),
    files,
    picks,
    places,
    refusals,
    recent,
    programs,
    async lookAtProgram({ ticket }) {
      const declined = {
        failure: { code: 'declined', lines: [] },
        modules: [],
        main: null,
        inputs: null,
      } as const;
      return programs.get(ticket)?.modules ?? declined;
    },
    async traceProgram({ ticket, module }) {
      const program = programs.get(ticket);
      if (!program) throw new Error('This window may not run that program.');
      return program.design(module);
    },
    async stopProgram({ ticket }) {
      asked.push(`stop ${ticket}`);
    },
    get menus() {
      return menus;
    },
    get shown() {
      return shown;
    },
    journals,
    aside,
    asked,
    get closed() {
      return closed;
    },
    get fullScreen() {
      return fullScreen;
    },
    tell(event, payload) {
      for (const listener of listeners.get(event) ?? []) listener(payload as never);
    },
    opened,
    async openFile({ kind }) {
      const name = picks.shift();
      if (name === undefined) return null;
      if (isDesign(kind)) remember(name);
      return opened(name);
    },
    openRecent: async ({ id }) => opened(id),
    openBeside: async ({ location }) => {
      const bytes = files.get(location);
      return bytes ? { ticket: location, sizeBytes: bytes.length } : null;
    },
    readPiece: async ({ ticket, offset, lengthBytes }) => bytesOf(ticket).slice(offset, offset + lengthBytes),
    recentFiles: async () => recent,
    clearRecent: async () => void recent.splice(0),
    async saveFile({ grant, bytes }) {
      const refusal = refusals.shift();
      if (refusal instanceof Error) throw refusal;
      if (!refusal) files.set(grant, bytes);
      return refusal;
    },
    openAgain: async ({ grant }) => opened(grant),
    async saveFileAs({ bytes, remember: keep }) {
      const refusal = refusals.shift();
      if (refusal instanceof Error) throw refusal;
      const name = places.shift();
      if (name === undefined) return null;
      files.set(name, bytes);
      if (keep) remember(name);
      return { grant: name, name };
    },
    async setDocument({ name, dirty }) {
      shown = { name, dirty };
    },
    async setMenu(next) {
      menus = next.menus;
    },
    async closeWindow() {
      closed = true;
    },
    async closeHeard() {},
    versions: async () => [],
    async readVersion() {
      throw new Error('There is no such version.');
    },
    async newWindow() {
      asked.push('newWindow');
    },
    whereIs: async ({ grant }) => `/memory/${grant}`,
    async reveal({ grant }) {
      asked.push(`reveal ${grant}`);
    },
    async setProgress() {},
    readSettings: async () => ({ chosen: {}, file: '/memory/settings.json' }),
    async changeSettings() {},
    wideVectors: async () => ({ state: 'pays', percent: 190 }),
    lookForUpdate: async () => ({ state: 'off', version: '', notes: '' }),
    async fetchUpdate() {},
    async installUpdate() {},
    async writeJournal({ journal, text, whole, clean }) {
      // What is clean is no work yet: it waits for the first line.
      if (clean) bases.set(journal, text);
      const before = journals.get(journal) ?? bases.get(journal) ?? '';
      if (clean) journals.delete(journal);
      else journals.set(journal, whole ? text : before + text);
    },
    async endJournal({ journal }) {
      journals.delete(journal);
      bases.delete(journal);
    },
    keptJournals: async () =>
      [...journals.keys()].map((journal) => ({ journal, name: 'kept', time: 0, tooLarge: false })),
    takeJournal: async ({ journal }) => ({ text: journals.get(journal) ?? '', file: null, model: null }),
    async setJournalAside({ journal }) {
      aside.set(journal, journals.get(journal) ?? '');
      journals.delete(journal);
      return `/memory/${journal}`;
    },
    async toggleFullScreen() {
      fullScreen = !fullScreen;
    },
    on(event, listener) {
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(listener as (payload: never) => void));
      return () => void all.delete(listener as (payload: never) => void);
    },
  };
  return host;
}

import { MAX_CONFIG_BYTES, MAX_CONFIG_FILES } from '../formats/config-file.ts';
import { endingsOf, gives } from '../formats/models.ts';
import {
  bytes,
  choice,
  flag,
  list,
  nothing,
  nullable,
  object,
  optional,
  type Schema,
  type TypeOf,
  text,
  whole,
} from './schema.ts';
import { keptSettings, someSettings } from './settings.ts';

/** The largest file that a host reads for the app or writes for it. */
const MAX_FILE_BYTES = 1 << 30;
const NAME = text(1024);
/** A right to write one file, given by the host; it says nothing of where the file is. Empty where there is no such right. */
const GRANT = text(128);

/** A right to read one file in pieces, for as long as it stays as it was when the right was given. */
const TICKET = text(128);
/** The most that one call reads of a file in pieces. */
export const MAX_PIECE_BYTES = 32 << 20;
const heldFile = object({ ticket: TICKET, sizeBytes: whole(Number.MAX_SAFE_INTEGER) });
export type HeldFile = TypeOf<typeof heldFile>;

const openedFile = object({
  grant: GRANT,
  name: NAME,
  /** All of it; empty where the file is held. */
  bytes: bytes(MAX_FILE_BYTES),
  /** For models and weights, of which most is never read, or only when a run wants it. */
  held: nullable(heldFile),
});
export type OpenedFile = TypeOf<typeof openedFile>;

const recentFile = object({ id: text(128), name: NAME, folder: NAME });
export type RecentFile = TypeOf<typeof recentFile>;

/** What has to be decided, or mended, before a file can be written. */
const refusal = object({
  kind: choice('changed', 'read-only', 'special', 'failed'),
  /** A sentence, in English. */
  reason: text(1024),
});
export type SaveRefusal = TypeOf<typeof refusal>;
/** What the user said may be written over: another program's change, a file that is read-only. */
const force = optional(list(choice('changed', 'read-only'), 2));
export type Force = 'changed' | 'read-only';

const fileKinds = ['design', 'image', 'weights', 'modelData', 'classes', 'times'] as const;
export type FileKind = (typeof fileKinds)[number];

/** Endings as file dialogs take them: without dots, of which a name's last counts. */
const lastParts = (endings: readonly string[]): readonly string[] => [
  ...new Set(endings.map((ending) => ending.slice(ending.lastIndexOf('.') + 1))),
];

/** Far beyond what readers of text take; they tell why a file is too large for them. */
export const MAX_TEXT_FILE_BYTES = 64 << 20;
/** The largest file of a kind that is read whole. */
export const mostBytesOf = (kind: FileKind): number =>
  kind === 'image' ? MAX_FILE_BYTES : MAX_TEXT_FILE_BYTES;

/** What the host offers to pick for each kind: a name for the list, and endings without their dot. */
export const fileFilters: Readonly<
  Record<FileKind, { readonly name: string; readonly endings: readonly string[] }>
> = {
  design: { name: 'Network', endings: lastParts([...endingsOf('network'), ...endingsOf('program')]) },
  image: { name: 'Picture', endings: ['png', 'jpg', 'jpeg', 'webp', 'avif', 'gif', 'bmp'] },
  classes: { name: 'Class names', endings: ['txt', 'json'] },
  times: { name: 'Measured times', endings: ['json', 'csv', 'txt'] },
  weights: { name: 'Weights', endings: lastParts(endingsOf('weights')) },
  // The files beside a model that its weights lie in may have any name.
  modelData: { name: 'Data of a model', endings: ['*'] },
};

/** Whether a file of this name can be opened as a document. */
export const isDocument = (name: string): boolean => gives(name, 'network') || gives(name, 'program');

/** Files that are held: read in pieces, or run. */
export const isHeld = (kind: FileKind, name: string): boolean =>
  kind === 'modelData' ||
  endingsOf('weights').some((ending) => name.toLowerCase().endsWith(ending)) ||
  (kind === 'design' && gives(name, 'program'));

/** Only designs in their own form are written back where they came from; all else is read alone. */
export const isOwnForm = (name: string): boolean => name.toLowerCase().endsWith('.json');

/** A document's work in progress. */
const JOURNAL = text(64);
/** More of one document's work is not kept. */
export const MAX_JOURNAL_CHARS = 32 << 20;
const keptJournal = object({
  journal: JOURNAL,
  name: NAME,
  /** When it was last written to, in milliseconds since 1970. */
  time: whole(Number.MAX_SAFE_INTEGER),
  tooLarge: flag,
});
export type KeptJournal = TypeOf<typeof keptJournal>;
const takenJournal = object({
  text: text(4 * MAX_JOURNAL_CHARS),
  /** The file that the document belongs to, where it has one; `changed` where another program changed it since. */
  /** Its own file, with what that holds now (SHA-256): empty where nobody can tell. */
  file: nullable(object({ grant: GRANT, name: NAME, changed: flag, content: text(64) })),
  /** The model or the weights that went with it, held anew. */
  model: nullable(openedFile),
});

/** The configuration that holds for a document: what the command would find for its file. */
const foundConfig = object({
  /** With all that it builds on, each behind those that it is over. Empty where they could not be read. */
  files: list(object({ file: text(4096), text: text(MAX_CONFIG_BYTES) }), MAX_CONFIG_FILES),
  /** The document's path from the folder of the configuration, with slashes: what patterns are held against. */
  path: text(4096),
  /** Which file could not be had, and why: what it builds on by way of, the package, or what the system says. */
  failure: nullable(
    object({
      file: text(4096),
      trouble: choice('ring', 'too-many', 'no-package', 'no-file', 'too-large', 'not-text', 'unreadable'),
      what: text(8192),
    }),
  ),
});
export type FoundConfig = TypeOf<typeof foundConfig>;

/** Extents of one sample that a program's modules take. */
const sampleShape = list(whole(Number.MAX_SAFE_INTEGER), 16);
const sampleShapes = list(sampleShape, 16);
const LINES = list(text(4096), 200);
const MODULE = text(256);
/** Why nothing came of a program; its codes beside the user's own no are those of what runs it. */
const programFailure = object({
  code: choice('declined', 'no-python', 'no-torch', 'named-without-torch', 'failed'),
  /** The Pythons that were looked at, or what was said, a line each. */
  lines: LINES,
});
export type ProgramFailure = TypeOf<typeof programFailure>;
const programModules = object({
  failure: nullable(programFailure),
  /** What can be made of it without being told anything, and which of them is made where nothing is said. */
  modules: list(MODULE, 200),
  main: nullable(MODULE),
  /** The shapes of samples that it says itself; null where it does not. */
  inputs: nullable(sampleShapes),
});
export type ProgramModules = TypeOf<typeof programModules>;
const programDesign = object({
  failure: nullable(programFailure),
  /** The design as a spec; empty where there is none. */
  bytes: bytes(MAX_FILE_BYTES),
  /** What the design leaves open, each with its place in the program. */
  remarks: LINES,
  weights: nullable(heldFile),
});
export type ProgramDesign = TypeOf<typeof programDesign>;

/** So many saved states of a document can be looked at again. */
export const MOST_VERSIONS = 20;
const version = object({
  version: text(64),
  /** When it was saved, in milliseconds since 1970. */
  time: whole(Number.MAX_SAFE_INTEGER),
  sizeBytes: whole(MAX_FILE_BYTES),
});
export type Version = TypeOf<typeof version>;

const update = object({
  /** `off`: nobody is asked, since there is no feed. */
  state: choice('off', 'none', 'found'),
  version: text(64),
  /** What is new in it, as plain text. */
  notes: text(16_384),
});
export type Update = TypeOf<typeof update>;

const wideVectors = object({
  /**
   * `unknown`: not measured yet. `untried`: they could not be. `slow`: they gain too little to be offered. `differs`: the
   * kernels compute something else with them.
   */
  state: choice('unknown', 'untried', 'slow', 'differs', 'pays'),
  /** How fast the kernels' product is with them, in hundredths of what it is without. */
  percent: whole(100_000),
});
export type WideVectorsHere = TypeOf<typeof wideVectors>;

interface MenuItem {
  /** A command of the app; undefined for a separator. */
  readonly command: string | null;
  readonly label: string;
  /** As in `CmdOrCtrl+S`; empty for none. */
  readonly accelerator: string;
  readonly enabled: boolean;
}
const menuItem: Schema<MenuItem> = object({
  command: nullable(text(64)),
  label: text(120),
  accelerator: text(64),
  enabled: flag,
});
const menu = object({ label: text(60), items: list(menuItem, 60) });
export type HostMenu = TypeOf<typeof menu>;

function call<Request, Reply>(request: Schema<Request>, reply: Schema<Reply>) {
  return { request, reply } as const;
}

/** Every call that the app makes to its host. Preload, main and the browser host are derived from this list. */
export const calls = {
  /** Asks the user for a file; null when they cancel. */
  openFile: call(object({ kind: choice(...fileKinds) }), nullable(openedFile)),
  openRecent: call(object({ id: text(128) }), nullable(openedFile)),
  /** The file that a held model names for its weights; null where its folder has no such file, or it is outside. */
  openBeside: call(object({ ticket: TICKET, location: NAME }), nullable(heldFile)),
  /** A piece of a held file; refused when it is not all there, or the file was changed meanwhile. */
  readPiece: call(
    object({
      ticket: TICKET,
      offset: whole(Number.MAX_SAFE_INTEGER),
      lengthBytes: whole(MAX_PIECE_BYTES),
    }),
    bytes(MAX_PIECE_BYTES),
  ),
  /**
   * Runs a program that the user picked, once they said yes to that in a dialog of the host's own, and tells which modules
   * it has. From then on `programSaved` tells of its being saved, until it is stopped.
   */
  lookAtProgram: call(object({ ticket: TICKET }), programModules),
  /** Runs it again, and gives one of its modules as a design. */
  traceProgram: call(object({ ticket: TICKET, module: MODULE, inputs: sampleShapes }), programDesign),
  /** Ends a program that runs, and runs it no more. */
  stopProgram: call(object({ ticket: TICKET }), nothing),
  recentFiles: call(nothing, list(recentFile, 50)),
  clearRecent: call(nothing, nothing),
  /**
   * Writes a file that was opened or saved before, whole or not at all. Saves of one file are written in the order of the
   * calls. Undefined when it is written; else nothing was.
   */
  saveFile: call(object({ grant: GRANT, bytes: bytes(MAX_FILE_BYTES), force }), optional(refusal)),
  /** Reads again what stands in a file that was opened or saved before. */
  openAgain: call(object({ grant: GRANT }), openedFile),
  /** The saved states of a file, newest first. */
  versions: call(object({ grant: GRANT }), list(version, MOST_VERSIONS + 1)),
  readVersion: call(object({ grant: GRANT, version: text(64) }), bytes(MAX_FILE_BYTES)),
  /** Asks where to save; null when the user cancels. */
  saveFileAs: call(
    object({ suggestedName: NAME, bytes: bytes(MAX_FILE_BYTES), remember: flag }),
    nullable(object({ grant: GRANT, name: NAME })),
  ),
  /** The window's title and whether closing it would lose changes. */
  setDocument: call(object({ name: NAME, dirty: flag, grant: GRANT }), nothing),
  setMenu: call(object({ menus: list(menu, 12) }), nothing),
  /** The page knows that the window is to be closed, and will do so or ask the user. */
  closeHeard: call(nothing, nothing),
  /** Ends the window for good, after the app has asked about unsaved changes. */
  closeWindow: call(nothing, nothing),
  /**
   * Keeps work in progress: all of it (`whole`), or what was done since, behind what is kept. On the disk when it settles.
   * A whole that is `clean` holds nothing that is lost without it: it is what lines that follow are work upon, and is not
   * offered alone. `model` is the ticket of the file that the document's weights are in; empty for none.
   */
  writeJournal: call(
    object({
      journal: JOURNAL,
      name: NAME,
      grant: GRANT,
      model: TICKET,
      text: text(MAX_JOURNAL_CHARS),
      whole: flag,
      clean: flag,
    }),
    nothing,
  ),
  /** The work is saved, or not wanted: nothing of it is offered again. */
  endJournal: call(object({ journal: JOURNAL }), nothing),
  /** Work of windows that are no more, newest first. */
  keptJournals: call(nothing, list(keptJournal, 200)),
  /** Takes over kept work, so that no other window is offered it; null when another one has it. */
  takeJournal: call(object({ journal: JOURNAL }), nullable(takenJournal)),
  /** Puts kept work that cannot be read where nothing removes it; says where that is. */
  setJournalAside: call(object({ journal: JOURNAL }), text(4096)),
  toggleFullScreen: call(nothing, nothing),
  newWindow: call(nothing, nothing),
  /** The whole path of a document's file, to be shown; empty where the host knows none. */
  whereIs: call(object({ grant: GRANT }), text(4096)),
  /** What is found upwards from a document's file, by its grant or, of a model, its ticket; null where nothing is. */
  findConfig: call(object({ grant: GRANT, ticket: TICKET }), nullable(foundConfig)),
  /** The design that one of these files names as its baseline; null where it names no such. */
  configBaseline: call(
    object({ grant: GRANT, ticket: TICKET, file: text(4096), location: text(4096) }),
    nullable(openedFile),
  ),
  /** Shows a document's file in the system's file manager. */
  reveal: call(object({ grant: GRANT }), nothing),
  /** How far something is that takes long, in thousandths, for the task bar; null when nothing is under way. */
  setProgress: call(object({ thousandths: nullable(whole(1000)) }), nothing),
  readSettings: call(nothing, keptSettings),
  /** What wide vectors gain here, as far as it is known, or measured now, which takes seconds. */
  wideVectors: call(object({ measure: flag }), wideVectors),
  changeSettings: call(someSettings, nothing),
  /** Looks for a newer version, and does no more. */
  lookForUpdate: call(nothing, update),
  fetchUpdate: call(nothing, nothing),
  /** Ends the program, unless unsaved work is in the way, and starts the version that was fetched. */
  installUpdate: call(nothing, nothing),
} as const;

export type CallName = keyof typeof calls;
export type RequestOf<C extends CallName> = TypeOf<(typeof calls)[C]['request']>;
export type ReplyOf<C extends CallName> = TypeOf<(typeof calls)[C]['reply']>;
export const callNames = Object.keys(calls) as readonly CallName[];

/** Everything that a host tells the app unasked. */
export const events = {
  /** A command was chosen from the native menu. */
  command: object({ id: text(64) }),
  /** A file was opened from outside: double-clicked, or given on the command line. */
  fileOpened: openedFile,
  /** A file that was to be opened from outside could not be read; `reason` is a sentence, in English. */
  openFailed: object({ name: NAME, reason: text(1024) }),
  /** The user wants to close the window. */
  closeAsked: object({}),
  /** Something went wrong in the host that nobody expected. */
  fault: object({ message: text(4096), stack: text(16_384) }),
  /** The open file was changed by another program. */
  fileChanged: object({ grant: GRANT }),
  /** A file was saved, but not what it held then beside the earlier versions; `reason` is a sentence, in English. */
  versionLost: object({ name: NAME, reason: text(1024) }),
  /** A program that was run, or one beside it, was saved. */
  programSaved: object({ ticket: TICKET }),
  /** The file of settings was edited. */
  settingsChanged: someSettings,
} as const;

export type EventName = keyof typeof events;
export type EventOf<E extends EventName> = TypeOf<(typeof events)[E]>;
export const eventNames = Object.keys(events) as readonly EventName[];

/** A host as the app sees it. */
export type Host = {
  readonly [C in CallName]: RequestOf<C> extends void
    ? () => Promise<ReplyOf<C>>
    : (request: RequestOf<C>) => Promise<ReplyOf<C>>;
} & {
  readonly kind: 'desktop' | 'browser';
  on<E extends EventName>(event: E, listener: (payload: EventOf<E>) => void): () => void;
};

export const channelOf = (call: CallName): string => `netwright:${call}`;
export const eventChannelOf = (event: EventName): string => `netwright:on:${event}`;

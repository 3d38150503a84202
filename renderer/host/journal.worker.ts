import { talkOver } from '../talk/talk.ts';
import { answerWith } from './journal-calls.ts';
import { JournalFiles, type OwnFolder } from './journal-files.ts';

const FOLDER = 'netwright-journals';

async function opened(): Promise<JournalFiles> {
  const own = (await navigator.storage.getDirectory()) as unknown as OwnFolder;
  return JournalFiles.in(await own.getDirectoryHandle(FOLDER, { create: true }), () => crypto.randomUUID());
}

// Only a worker may write files at once. What the page draws is on its way here before anybody has seen it.
talkOver(self, answerWith(opened()));

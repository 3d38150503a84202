/** The library as Node gets it: the same, with the threaded CPU engine and files ready for sessions. */
import { registerPathOpener } from '../shared/models/inference-session.ts';
import { externalFiles, FileSource } from './file-source.ts';
import { registerNodeMachines } from './machines.ts';

export * from '../shared/index.ts';

registerNodeMachines(false);
registerPathOpener(async (path) => {
  const source = await FileSource.open(path);
  const opened = [source];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
  };
  return { source, openExternal: externalFiles(path, opened), close };
});

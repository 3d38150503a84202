/** The library as Node gets it: the same, with the threaded CPU engine and files ready for sessions. */
import { registerPathOpener } from '../shared/models/inference-session.ts';
import { registerNodeBackends } from './backends.ts';
import { externalFiles, FileSource } from './file-source.ts';

export * from '../shared/index.ts';

registerNodeBackends(false);
registerPathOpener(async (path) => {
  const source = await FileSource.open(path);
  const opened = [source];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
  };
  return { source, openExternal: externalFiles(path, opened), close };
});

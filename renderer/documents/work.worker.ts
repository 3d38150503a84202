import { readWork } from './work-journal.ts';

// Large work is read off the main thread, as large files are.
addEventListener('message', ({ data }: MessageEvent<string>) => {
  postMessage(readWork(data));
});

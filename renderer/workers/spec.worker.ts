import { readSpec } from '../../shared/formats/spec/read.ts';

// Large files are read off the main thread, so that the window answers and the work can be cancelled.
addEventListener('message', ({ data }: MessageEvent<string>) => {
  postMessage(readSpec(data));
});

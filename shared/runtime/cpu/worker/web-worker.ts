import type { ToWorker } from '../protocol.ts';
import { serve } from './serve.ts';

const answer = serve((message) => postMessage(message));
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => answer(data));

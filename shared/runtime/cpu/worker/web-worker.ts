import type { ToWorker } from '../protocol.ts';
import { serve } from './serve.ts';

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => serve(data, (reply) => postMessage(reply)));

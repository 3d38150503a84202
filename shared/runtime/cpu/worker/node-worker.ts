import { parentPort } from 'node:worker_threads';
import { serve } from './serve.ts';

const port = parentPort;
if (port) port.on('message', (message) => serve(message, (reply) => port.postMessage(reply)));

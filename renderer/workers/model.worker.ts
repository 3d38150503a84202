import { serveModel } from './model-talk.ts';

// Models are read off the main thread, so that the window answers and the work can be cancelled.
serveModel(self);

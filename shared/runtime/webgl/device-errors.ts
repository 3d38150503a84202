import { ReasonedError } from './reasons.ts';

/** Why there is no WebGL to run on, in words for the user. */
export class WebglUnavailable extends ReasonedError {}
/** The context is gone, with everything in it; it may come back. */
export class ContextLost extends Error {
  constructor() {
    super('The graphics device was reset while the network ran.');
  }
}
/** The device has no memory left for a texture. */
export class OutOfMemory extends ReasonedError {}

/** The library as Node gets it: the same, with the threaded CPU engine ready for sessions. */
import { registerNodeMachines } from './machines.ts';

export * from '../shared/index.ts';

registerNodeMachines(false);

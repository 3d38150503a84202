import type { Feature } from '../../commands/feature.ts';
import { blockCommands } from './block-commands.ts';

/** Nodes that stand for several: made, opened, unpacked and found. */
export const blocks: Feature = { id: 'blocks', commands: blockCommands };

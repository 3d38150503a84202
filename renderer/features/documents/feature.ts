import type { Feature } from '../../commands/feature.ts';
import { fileCommands } from './file-commands.ts';

/** Designs as files: new, opened and saved. */
export const documents: Feature = { id: 'documents', commands: fileCommands };

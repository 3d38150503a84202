import type { Feature } from '../../commands/feature.ts';
import { exportCommands } from './export-commands.ts';
import { ExportDialog } from './export-dialog.tsx';

/** The design as pictures, tables and the forms of other programs. */
export const exports: Feature = {
  id: 'exports',
  commands: exportCommands,
  views: { dialog: ExportDialog },
};

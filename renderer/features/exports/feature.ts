import type { Feature } from '../../commands/feature.ts';
import { ExportDialog } from '../../exports/export-dialog.tsx';
import { exportCommands } from './export-commands.ts';

/** The design as pictures, tables and the forms of other programs. */
export const exports: Feature = {
  id: 'exports',
  commands: exportCommands,
  views: { dialog: ExportDialog },
};

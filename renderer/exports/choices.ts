import { create } from 'zustand';
import type { ExportForm } from '../../shared/formats/exports/forms.ts';
import { type ExportOptions, exportParams } from '../../shared/formats/exports/options.ts';
import { defaultsOf } from '../../shared/schema/params.ts';

interface Choices {
  readonly form: ExportForm;
  readonly options: ExportOptions;
}

/** What was chosen last, for the next export of this session. */
export const useExportChoices = create<Choices>()(() => ({
  form: { subject: 'graph', encoding: 'svg' },
  options: defaultsOf(exportParams),
}));

import { createStore } from 'zustand/vanilla';
import type { ExportForm } from '../../../shared/formats/exports/forms.ts';
import { type ExportOptions, exportParams } from '../../../shared/formats/exports/options.ts';
import { defaultsOf } from '../../../shared/schema/params.ts';
import { defineSlice, useSlice } from '../../state/slice.ts';

interface Choices {
  readonly form: ExportForm;
  readonly options: ExportOptions;
}

/** What was chosen last, for the next export of this session. */
export const exportChoicesOf = defineSlice<Choices>(() =>
  createStore<Choices>()(() => ({
    form: { subject: 'graph', encoding: 'svg' },
    options: defaultsOf(exportParams),
  })),
);

export const useExportChoices = (): Choices => useSlice(exportChoicesOf, (state) => state);

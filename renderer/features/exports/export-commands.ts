import { Box, ChartColumn, FileOutput, Images, type LucideIcon, Table2, Workflow } from 'lucide-react';
import { exportForms, exportTitle, type Subject } from '../../../shared/formats/exports/forms.ts';
import { type Command, inEditor } from '../../commands/define.ts';
import { exportChoicesOf } from './choices.ts';
import { modelForms, writeModel } from './models.ts';
import { writeExport } from './write.ts';

const icons: Readonly<Record<Subject, LucideIcon>> = {
  graph: Workflow,
  volumes: Box,
  profile: ChartColumn,
  table: Table2,
};

/** The dialog, then every form of picture and table with what was chosen last. */
export const exportCommands: readonly Command[] = [
  {
    id: 'export',
    title: 'Export picture or table …',
    menu: 'Export',
    icon: Images,
    shortcut: 'Mod+Shift+E',
    when: inEditor,
    perform: (app) => {
      const { convention } = app.getState();
      exportChoicesOf(app).setState(({ options }) => ({ options: { ...options, convention } }));
      app.getState().showOverlay('export');
    },
  },
  ...modelForms.map(
    (form, i): Command => ({
      id: form.id,
      title: form.title,
      menu: 'Export',
      icon: FileOutput,
      apart: i === 0,
      when: inEditor,
      perform: (app) => writeModel(app, form),
    }),
  ),
  ...exportForms.map(
    (form, i): Command => ({
      id: `export-${form.subject}-${form.encoding}`,
      title: exportTitle(form),
      menu: 'Export',
      icon: icons[form.subject],
      apart: form.subject !== exportForms[i - 1]?.subject,
      when: inEditor,
      perform: (app) => {
        const { convention } = app.getState();
        return writeExport(app, form, { ...exportChoicesOf(app).getState().options, convention });
      },
    }),
  ),
];

import { type Command, hasSelection } from '../../commands/define.ts';
import { sceneOf } from './scene-store.ts';

export const sceneCommands: readonly Command[] = [
  {
    id: 'scene.fly',
    title: 'Fly to the selection in 3D',
    menu: 'View',
    after: 'panel.whole',
    shortcut: 'F',
    when: hasSelection,
    perform: (app) => {
      app.getState().showPanel('scene');
      sceneOf(app).getState().flyTo(app.getState().selection);
    },
  },
];

import { ControlButton, Panel } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import { useCommands } from '../../commands/use-commands.ts';
import { useT } from '../../i18n/i18n.ts';

const buttons = [
  ['zoomIn', Plus],
  ['zoomOut', Minus],
  ['fit', Maximize],
] as const;

/** For those who have neither wheel nor keys at hand. */
export function ZoomButtons() {
  const t = useT();
  const commands = useCommands();
  return (
    <Panel
      className="react-flow__controls vertical"
      position="bottom-left"
      role="group"
      aria-label={t('Zoom')}
    >
      {buttons.map(([id, Icon]) => {
        const title = t(commands.find(id)?.title ?? id);
        return (
          <ControlButton key={id} title={title} aria-label={title} onClick={() => void commands.run(id)}>
            <Icon />
          </ControlButton>
        );
      })}
    </Panel>
  );
}

import { ContextMenu } from 'radix-ui';
import { Fragment, type MouseEvent, type ReactNode, useState } from 'react';
import { CommandLine } from '../../commands/command-line.tsx';
import type { CanvasPlace } from '../../commands/define.ts';
import { commandsAt } from '../../commands/menu-model.ts';
import { useCommands } from '../../commands/use-commands.ts';
import type { App } from '../../state/app.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { itemId, itemOf } from './items.ts';

/** What lies under the pointer; it becomes the selection, unless it is a part of it already. */
function pick(app: App, event: MouseEvent): CanvasPlace {
  const target = event.target instanceof Element ? event.target : undefined;
  const { selection, select, wires, selectWires, items, selectItems } = app.getState();
  const node = target?.closest<HTMLElement>('.react-flow__node')?.dataset.id;
  const item = node === undefined ? undefined : itemOf(node);
  if (item) {
    if (!items.some((each) => itemId(each) === node)) selectItems([item]);
    select([]);
    selectWires([]);
    return 'item';
  }
  selectItems([]);
  if (node !== undefined) {
    if (!selection.includes(node)) select([node]);
    selectWires([]);
    return 'node';
  }
  const wire = target?.closest<SVGGElement>('.react-flow__edge')?.dataset.id;
  select([]);
  if (wire === undefined) return 'canvas';
  if (!wires.includes(wire)) selectWires([wire]);
  return 'wire';
}

/** The menu of the other mouse button: the commands that make sense where it was pressed. */
export function CanvasMenu({ children }: { readonly children: ReactNode }) {
  const app = useTheApp();
  const commands = useCommands();
  const [place, setPlace] = useState<CanvasPlace>('canvas');
  // Whether a command can be done depends on the selection, which opening the menu may have changed.
  useApp((state) => state.selection);
  useApp((state) => state.wires);
  useApp((state) => state.items);
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger asChild onContextMenu={(event) => setPlace(pick(app, event))}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" data-testid="canvas-menu">
          {commandsAt(commands, place).map((command, i) => (
            <Fragment key={command.id}>
              {command.apart && i > 0 ? <ContextMenu.Separator className="menu-line" /> : null}
              <ContextMenu.Item
                className="menu-item"
                data-command={command.id}
                disabled={!commands.enabled(command)}
                onSelect={() => requestAnimationFrame(() => commands.run(command.id))}
              >
                <CommandLine command={command} />
              </ContextMenu.Item>
            </Fragment>
          ))}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

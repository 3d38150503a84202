import { ContextMenu } from 'radix-ui';
import { Fragment, type MouseEvent, type ReactNode, useState } from 'react';
import { CommandLine } from '../../commands/command-line.tsx';
import type { CanvasPlace } from '../../commands/define.ts';
import { commandsAt } from '../../commands/menu-model.ts';
import { useCommands } from '../../commands/use-commands.ts';
import { useMenuChoice } from '../../commands/use-menu-choice.ts';
import { useLandmark } from '../../parts/landmark.tsx';
import type { App } from '../../state/app.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { focusAt } from './flow-viewport.ts';
import { itemId, itemOf } from './items.ts';
import { focusOnto } from './scopes.ts';

/** What lies under the pointer; it becomes the selection, unless it is a part of it already. */
function pick(app: App, event: MouseEvent): CanvasPlace {
  const target = event.target instanceof Element ? event.target : undefined;
  const named = target?.closest<HTMLElement>('.react-flow__node')?.dataset.id;
  const edge = target?.closest<SVGGElement>('.react-flow__edge')?.dataset.id;
  const item = named === undefined ? undefined : itemOf(named);
  const onCanvas = item ? undefined : (named ?? edge);
  // The menu acts on what it was opened on.
  const own = onCanvas === undefined ? undefined : focusOnto(app, onCanvas);
  if (own === undefined && !item) focusAt(app, event.clientX, event.clientY);
  const { selection, select, wires, selectWires, items, selectItems } = app.getState();
  if (item) {
    if (!items.some((each) => itemId(each) === named)) selectItems([item]);
    select([]);
    selectWires([]);
    return 'item';
  }
  selectItems([]);
  if (named !== undefined && own !== undefined) {
    if (!selection.includes(own)) select([own]);
    selectWires([]);
    return 'node';
  }
  select([]);
  if (own === undefined) return 'canvas';
  if (!wires.includes(own)) selectWires([own]);
  return 'wire';
}

/** The menu of the other mouse button: the commands that make sense where it was pressed. */
export function CanvasMenu({ children }: { readonly children: ReactNode }) {
  const app = useTheApp();
  const commands = useCommands();
  const choice = useMenuChoice(commands.run);
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
      <ContextMenu.Portal container={useLandmark()}>
        <ContextMenu.Content
          className="menu"
          data-testid="canvas-menu"
          onCloseAutoFocus={choice.onCloseAutoFocus}
        >
          {commandsAt(commands, place).map((command, i) => (
            <Fragment key={command.id}>
              {command.apart && i > 0 ? <ContextMenu.Separator className="menu-line" /> : null}
              <ContextMenu.Item
                className="menu-item"
                data-command={command.id}
                disabled={!commands.enabled(command)}
                onSelect={() => choice.choose(command.id)}
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

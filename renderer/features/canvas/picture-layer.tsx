import { useStoreApi } from '@xyflow/react';
import { useEffect, useMemo, useRef } from 'react';
import { useTheme } from '../../state/theme.ts';
import type { Scene } from './picture.ts';
import { PictureMachine } from './picture-machine.ts';
import type { Spatial } from './spatial.ts';

interface Props {
  readonly spatial: Spatial;
  readonly without: ReadonlySet<string>;
}

/** Beneath the nodes that can be touched, a picture of all the others. */
export function PictureLayer({ spatial, without }: Props) {
  const store = useStoreApi();
  const theme = useTheme();
  const host = useRef<HTMLDivElement>(null);
  const machine = useRef<PictureMachine>(undefined);
  const scene = useMemo((): Scene => ({ spatial, theme, without }), [spatial, theme, without]);
  useEffect(() => {
    if (!host.current) return;
    const made = new PictureMachine(host.current);
    machine.current = made;
    const look = ({ transform: [x, y, zoom], width, height } = store.getState()): void =>
      made.look({ x, y, zoom }, width, height);
    look();
    const stop = store.subscribe(look);
    return () => {
      stop();
      made.end();
    };
  }, [store]);
  useEffect(() => {
    machine.current?.show(scene);
  }, [scene]);
  return <div ref={host} className="picture" data-testid="picture" />;
}

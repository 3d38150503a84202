import { addAfterEffect, addEffect, useThree } from '@react-three/fiber';
import { type RefObject, useEffect } from 'react';
import { useT } from '../../i18n/i18n.ts';

const KEPT_FRAMES = 120;

/** Notes on `stage` what each frame costs: draw calls, triangles and the median milliseconds of script. */
export function FrameStats({
  stage,
  line,
}: {
  readonly stage: RefObject<HTMLElement | null>;
  readonly line: RefObject<HTMLElement | null>;
}) {
  const gl = useThree((state) => state.gl);
  const t = useT();
  useEffect(() => {
    let started = 0;
    let frames = 0;
    const spent: number[] = [];
    const before = addEffect(() => {
      started = performance.now();
    });
    const after = addAfterEffect(() => {
      const { calls, triangles, frame } = gl.info.render;
      if (frame === frames || !stage.current) return;
      frames = frame;
      spent.push(performance.now() - started);
      if (spent.length > KEPT_FRAMES) spent.shift();
      const median = [...spent].sort((a, b) => a - b)[spent.length >> 1] ?? 0;
      Object.assign(stage.current.dataset, { frame, calls, triangles, milliseconds: median.toFixed(2) });
      if (!line.current) return;
      line.current.textContent = t(
        '{{calls}} draw calls · {{triangles}} triangles · {{ms}} ms of script per frame',
        {
          calls,
          triangles: triangles.toLocaleString('en-US'),
          ms: median.toFixed(1),
        },
      );
    });
    return () => {
      before();
      after();
    };
  }, [gl, stage, line, t]);
  return null;
}

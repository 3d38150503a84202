import { useFrame, useThree } from '@react-three/fiber';
import { useEffect } from 'react';
import { type LabelScene, paintLabels } from './label-painter.ts';

interface Props extends LabelScene {
  readonly canvas: HTMLCanvasElement | null;
}

/** Paints the labels over the view in every frame that it draws: crisp text, no textures, as many as fit. */
export function LabelLayer({ canvas, ...scene }: Props) {
  const { camera, size, gl, invalidate } = useThree();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever of the scene changed, it is painted anew.
  useEffect(() => {
    invalidate();
  }, [scene.labels, scene.chosen, scene.colours, canvas, invalidate]);
  useFrame(() => {
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = gl.getPixelRatio();
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size.width, size.height);
    camera.updateMatrixWorld();
    paintLabels(context, camera, [size.width, size.height], scene);
  });
  return null;
}

import { useThree } from '@react-three/fiber';
import { useEffect, useRef } from 'react';
import { type Box3, PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';

/** What the camera should show: changed to be flown to. */
export interface View {
  readonly box: Box3;
  /** Told apart from the same box asked for again. */
  readonly turn: number;
}

const FLIGHT_MS = 320;
const slant = new Vector3(-0.22, 0.34, 1).normalize();

/** Orbit, pan and zoom by hand; flights to what was asked for. Draws only when something moves. */
export function CameraRig({ view }: { readonly view: View }) {
  const { camera, gl, invalidate, size } = useThree();
  const controls = useRef<OrbitControls>(undefined);
  useEffect(() => {
    const orbit = new OrbitControls(camera, gl.domElement);
    orbit.enableDamping = false;
    orbit.addEventListener('change', () => invalidate());
    controls.current = orbit;
    return () => orbit.dispose();
  }, [camera, gl, invalidate]);
  useEffect(() => {
    const orbit = controls.current;
    if (!orbit || !(camera instanceof PerspectiveCamera) || view.box.isEmpty()) return undefined;
    const centre = view.box.getCenter(new Vector3());
    const goal = centre
      .clone()
      .addScaledVector(slant, distanceFor(view.box, camera, size.width / size.height));
    const fromTarget = orbit.target.clone();
    const fromPlace = camera.position.clone();
    const started = performance.now();
    let frame = 0;
    const fly = (): void => {
      const share = Math.min(1, (performance.now() - started) / FLIGHT_MS);
      const eased = 1 - (1 - share) ** 3;
      orbit.target.lerpVectors(fromTarget, centre, eased);
      camera.position.lerpVectors(fromPlace, goal, eased);
      orbit.update();
      invalidate();
      if (share < 1) frame = requestAnimationFrame(fly);
    };
    fly();
    return () => cancelAnimationFrame(frame);
  }, [view, camera, invalidate, size.width, size.height]);
  return null;
}

/** Far enough for the whole box to be seen, whichever of height and width is tighter. */
function distanceFor(box: Box3, { fov }: PerspectiveCamera, aspect: number): number {
  const extent = box.getSize(new Vector3());
  const half = Math.tan((fov * Math.PI) / 360);
  const tall = (extent.y + extent.z * 0.5) / 2 / half;
  const wide = (extent.x + extent.z * 0.5) / 2 / half / aspect;
  // The near end of a long network, seen from the side, is closer than its middle.
  return Math.max(tall, wide) * 1.12 + extent.z / 2 + extent.x * 0.2;
}

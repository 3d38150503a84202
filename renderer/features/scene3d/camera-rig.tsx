import { useThree } from '@react-three/fiber';
import { useEffect, useRef } from 'react';
import { PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import type { Point3 } from '../../../shared/formats/pictures/space.ts';
import { firstDirection, frame } from './framing.ts';

/** What the camera should show: changed to be flown to. */
export interface View {
  readonly points: readonly Point3[];
  /** The whole network, seen from where it is seen best; otherwise a part of it, from the side. */
  readonly whole: boolean;
  /** Told apart from the same points asked for again. */
  readonly turn: number;
}

const FLIGHT_MS = 420;
const MARGIN_WHOLE = 0.16;
/** Around a single node, enough is seen to know where it stands. */
const MARGIN_PART = 0.55;

/** From where a single node is seen past its neighbours: nearly from the side. */
const ASIDE: Point3 = [-0.27, 0.38, 1];

export const FOV = 30;

/** Orbit, pan and zoom by hand; flights to what was asked for. Draws only when something moves. */
export function CameraRig({ view, still }: { readonly view: View; readonly still: boolean }) {
  const { camera, gl, invalidate, size } = useThree();
  const controls = useRef<OrbitControls>(undefined);
  /** Who turned the view by hand keeps it when the window changes. */
  const byHand = useRef(false);
  const shown = useRef(-1);
  useEffect(() => {
    const orbit = new OrbitControls(camera, gl.domElement);
    orbit.enableDamping = false;
    orbit.zoomToCursor = true;
    orbit.addEventListener('change', () => invalidate());
    orbit.addEventListener('start', () => {
      byHand.current = true;
    });
    controls.current = orbit;
    return () => orbit.dispose();
  }, [camera, gl, invalidate]);
  useEffect(() => {
    const orbit = controls.current;
    if (!orbit || !(camera instanceof PerspectiveCamera) || view.points.length === 0) return undefined;
    const again = shown.current === view.turn;
    if (again && (byHand.current || !view.whole)) return undefined;
    const first = shown.current < 0;
    shown.current = view.turn;
    byHand.current = false;
    const aspect = size.width / Math.max(1, size.height);
    const lens = { fov: camera.fov, aspect, margin: view.whole ? MARGIN_WHOLE : MARGIN_PART };
    const direction = view.whole ? firstDirection(view.points, lens) : ASIDE;
    const shot = frame(view.points, direction, lens);
    const flightMs = first || again || still ? 0 : FLIGHT_MS;
    const stop = fly(camera, orbit, shot.place, shot.target, flightMs, invalidate);
    return stop;
  }, [view, camera, invalidate, size.width, size.height, still]);
  return null;
}

/** Moves camera and target; a flight of no time is there at once. Gives what stops it. */
function fly(
  camera: PerspectiveCamera,
  orbit: OrbitControls,
  place: Point3,
  target: Point3,
  milliseconds: number,
  draw: () => void,
): () => void {
  const [goal, centre] = [new Vector3(...place), new Vector3(...target)];
  const [fromPlace, fromTarget] = [camera.position.clone(), orbit.target.clone()];
  const distance = goal.distanceTo(centre);
  camera.near = Math.max(0.5, distance / 500);
  camera.far = distance * 20 + 10_000;
  camera.updateProjectionMatrix();
  const started = performance.now();
  let pending = 0;
  const step = (): void => {
    const share = milliseconds === 0 ? 1 : Math.min(1, (performance.now() - started) / milliseconds);
    const eased = 1 - (1 - share) ** 3;
    orbit.target.lerpVectors(fromTarget, centre, eased);
    camera.position.lerpVectors(fromPlace, goal, eased);
    orbit.update();
    draw();
    if (share < 1) pending = requestAnimationFrame(step);
  };
  step();
  return () => cancelAnimationFrame(pending);
}

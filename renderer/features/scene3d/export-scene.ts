import {
  BoxGeometry,
  BufferGeometry,
  Float32BufferAttribute,
  Group,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  PerspectiveCamera,
  type Scene,
  Vector2,
  type WebGLRenderer,
} from 'three';
import { GLTFExporter } from 'three/examples/jsm/exporters/GLTFExporter.js';
import { families, grounds, type Theme } from '../../../shared/formats/pictures/families.ts';
import type { Space, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { type LabelScene, paintLabels } from './label-painter.ts';
import { segmentsOf } from './links.tsx';

const METRES_PER_UNIT = 0.01;

/** The volumes and wires as a binary glTF: a named mesh per layer, so that any viewer can tell them apart. */
export async function toGlb(space: Space, theme: Theme): Promise<Uint8Array> {
  const root = new Group();
  root.name = 'network';
  const box = new BoxGeometry();
  const materials = new Map<string, MeshStandardMaterial>();
  const materialOf = ({ node }: SpaceVolume): MeshStandardMaterial => {
    const known = materials.get(node.group);
    if (known) return known;
    const color = families[theme][node.group].solid;
    const made = new MeshStandardMaterial({ color, name: node.group, roughness: 0.8, metalness: 0 });
    materials.set(node.group, made);
    return made;
  };
  for (const volume of [...space.volumes, ...space.slabs]) {
    const mesh = new Mesh(box, materialOf(volume));
    mesh.name = volume.id;
    mesh.scale.set(volume.along, volume.up, volume.across);
    mesh.position.set(...volume.at);
    mesh.userData = { kind: volume.node.kind, output: volume.node.output };
    root.add(mesh);
  }
  if (space.links.length > 0) {
    const geometry = new BufferGeometry().setAttribute(
      'position',
      new Float32BufferAttribute(segmentsOf(space.links), 3),
    );
    const wires = new LineSegments(geometry, new MeshBasicMaterial({ color: grounds[theme].line }));
    wires.name = 'wires';
    root.add(wires);
  }
  root.scale.setScalar(METRES_PER_UNIT);
  const made = await new GLTFExporter().parseAsync(root, { binary: true });
  if (!(made instanceof ArrayBuffer)) throw new Error('The scene could not be written as binary glTF.');
  return new Uint8Array(made);
}

export interface PngOptions {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Painted behind; undefined leaves the picture transparent. */
  readonly background: string | undefined;
  /** Undefined leaves the labels out. */
  readonly labels: LabelScene | undefined;
}

/** Sides of the largest picture that any WebGL2 has to draw. */
export const MOST_PNG_PIXELS = 8192;

/** What the view shows, from the same place, at a size of its own. */
export async function toPng(
  gl: WebGLRenderer,
  scene: Scene,
  camera: PerspectiveCamera,
  { widthPixels, heightPixels, background, labels }: PngOptions,
): Promise<Uint8Array> {
  const canvas = document.createElement('canvas');
  canvas.width = widthPixels;
  canvas.height = heightPixels;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('The browser gave no canvas for the picture.');
  if (background !== undefined) {
    context.fillStyle = background;
    context.fillRect(0, 0, widthPixels, heightPixels);
  }
  const shown = gl.getSize(new Vector2());
  const ratio = gl.getPixelRatio();
  const lens = new PerspectiveCamera().copy(camera);
  lens.aspect = widthPixels / heightPixels;
  // The picture shows what the window does, and more where it is wider or higher.
  if (lens.aspect < camera.aspect) {
    const half = Math.tan((camera.fov * Math.PI) / 360) * (camera.aspect / lens.aspect);
    lens.fov = (Math.atan(half) * 360) / Math.PI;
  }
  lens.updateProjectionMatrix();
  lens.updateMatrixWorld();
  try {
    gl.setPixelRatio(1);
    gl.setSize(widthPixels, heightPixels, false);
    gl.render(scene, lens);
    // The drawing is gone once the browser has shown it: copied in one go.
    context.drawImage(gl.domElement, 0, 0);
  } finally {
    gl.setPixelRatio(ratio);
    gl.setSize(shown.x, shown.y, false);
    gl.render(scene, camera);
  }
  if (labels) {
    // Text as large against the picture as it is against the window.
    const zoom = Math.max(1, Math.min(widthPixels / shown.x, heightPixels / shown.y));
    context.scale(zoom, zoom);
    paintLabels(context, lens, [widthPixels / zoom, heightPixels / zoom], labels);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser gave no picture of the scene.');
  return new Uint8Array(await blob.arrayBuffer());
}

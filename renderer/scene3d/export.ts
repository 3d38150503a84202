import {
  BoxGeometry,
  type Camera,
  Group,
  Mesh,
  MeshStandardMaterial,
  type Scene,
  type WebGLRenderer,
} from 'three';
import { GLTFExporter } from 'three/examples/jsm/exporters/GLTFExporter.js';
import { families, type Theme } from '../../shared/formats/pictures/families.ts';
import type { VolumeLayout } from '../../shared/formats/pictures/volumes.ts';

const METRES_PER_UNIT = 0.01;

/** The volumes as a binary glTF: a named mesh per layer, so that any viewer can tell them apart. */
export async function toGlb({ volumes }: VolumeLayout, theme: Theme): Promise<Uint8Array> {
  const root = new Group();
  const box = new BoxGeometry();
  const materials = new Map<string, MeshStandardMaterial>();
  for (const { node, along, up, across, at } of volumes) {
    const material =
      materials.get(node.group) ??
      new MeshStandardMaterial({
        color: families[theme][node.group].solid,
        name: node.group,
        roughness: 0.8,
      });
    materials.set(node.group, material);
    const mesh = new Mesh(box, material);
    mesh.name = node.id;
    mesh.scale.set(along, up, across);
    mesh.position.set(at.along, at.up, at.across);
    root.add(mesh);
  }
  root.scale.setScalar(METRES_PER_UNIT);
  const made = await new GLTFExporter().parseAsync(root, { binary: true });
  if (!(made instanceof ArrayBuffer)) throw new Error('The scene could not be written as binary glTF.');
  return new Uint8Array(made);
}

/** What the view shows now, as a PNG. */
export async function toPng(gl: WebGLRenderer, scene: Scene, camera: Camera): Promise<Uint8Array> {
  // The picture is gone once the browser has shown it: draw and read in one go.
  gl.render(scene, camera);
  const blob = await new Promise<Blob | null>((resolve) => gl.domElement.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error('The browser gave no picture of the scene.');
  return new Uint8Array(await blob.arrayBuffer());
}

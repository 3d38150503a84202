import { Color, DataTexture, DoubleSide, ShaderMaterial, type Texture } from 'three';
import type { FamilyColours } from '../../../shared/formats/pictures/families.ts';

const vertex = /* glsl */ `
  attribute float mark;
  attribute float heat;
  attribute vec4 tile;
  varying vec2 vUv;
  varying vec3 vInBox;
  varying vec3 vFaceNormal;
  varying float vMark;
  varying float vHeat;
  varying vec4 vTile;
  void main() {
    vUv = uv;
    vInBox = position;
    vFaceNormal = normal;
    vMark = mark;
    vHeat = heat;
    vTile = tile;
    gl_Position = projectionMatrix * modelViewMatrix * instanceMatrix * vec4(position, 1.0);
  }
`;

/** Lit by the face alone, so that the same network looks the same on every machine; edges are one pixel at any distance. */
const fragment = /* glsl */ `
  uniform vec3 face;
  uniform vec3 solid;
  uniform vec3 ink;
  uniform vec3 accent;
  uniform vec3 cool;
  uniform vec3 hot;
  uniform float opacity;
  uniform float edgePixels;
  uniform sampler2D maps;
  varying vec2 vUv;
  varying vec3 vInBox;
  varying vec3 vFaceNormal;
  varying float vMark;
  varying float vHeat;
  varying vec4 vTile;
  void main() {
    float strength = vFaceNormal.y > 0.5 ? 0.30 : vFaceNormal.y < -0.5 ? 0.80 : abs(vFaceNormal.z) > 0.5 ? 0.55 : 0.72;
    vec3 colour = mix(face, solid, strength);
    if (vHeat >= 0.0) {
      vec3 tone = mix(cool, hot, vHeat);
      colour = mix(mix(cool, tone, 0.5), tone, strength);
    }
    float alpha = opacity;
    float chosen = step(0.5, vMark);
    colour = mix(colour, accent, chosen * 0.22 + (1.0 - chosen) * vMark * 0.5);
    if (vTile.z > 0.0 && abs(vFaceNormal.x) > 0.5) {
      vec2 at = vTile.xy + vTile.zw * vec2(vInBox.z + 0.5, 0.5 - vInBox.y);
      vec4 map = texture2D(maps, at);
      colour = mix(colour, map.rgb, map.a);
      alpha = max(alpha, 0.85);
    }
    vec2 away = min(vUv, 1.0 - vUv) / max(fwidth(vUv), vec2(1e-6));
    float width = edgePixels * (1.0 + chosen * 1.6);
    float edge = 1.0 - smoothstep(width - 0.5, width + 0.5, min(away.x, away.y));
    // A box of a few pixels is its colour, not all edge.
    float large = smoothstep(2.0, 8.0, 0.5 / max(max(fwidth(vUv).x, fwidth(vUv).y), 1e-6));
    vec3 line = mix(ink, accent, chosen);
    float drawn = edge * mix(0.35, 1.0, large) * mix(0.75, 1.0, chosen);
    gl_FragColor = vec4(mix(colour, line, drawn), mix(alpha, 1.0, drawn * 0.8));
    #include <colorspace_fragment>
  }
`;

const nothing = new DataTexture(new Uint8Array([255, 255, 255, 255]), 1, 1);
nothing.needsUpdate = true;

export interface BoxLook {
  readonly colours: FamilyColours;
  readonly accent: string;
  /** Of what takes no time, and of what takes longest. */
  readonly heat: readonly [cool: string, hot: string];
  /** Below 1, what lies inside is seen. */
  readonly opacity: number;
  readonly maps: Texture | undefined;
  readonly pixelRatio: number;
}

/** The material of all volumes of one family; instances carry `mark` (0.3 hovered, 1 chosen), `heat` (a share, below 0 for none) and `tile` (of `maps`). */
export function boxMaterial(): ShaderMaterial {
  return new ShaderMaterial({
    vertexShader: vertex,
    fragmentShader: fragment,
    uniforms: {
      face: { value: new Color() },
      solid: { value: new Color() },
      ink: { value: new Color() },
      accent: { value: new Color() },
      cool: { value: new Color() },
      hot: { value: new Color() },
      opacity: { value: 1 },
      edgePixels: { value: 1 },
      maps: { value: nothing },
    },
    side: DoubleSide,
  });
}

export function dress(
  material: ShaderMaterial,
  { colours, accent, heat, opacity, maps, pixelRatio }: BoxLook,
): void {
  const { uniforms } = material;
  uniforms.face!.value.set(colours.face);
  uniforms.solid!.value.set(colours.solid);
  uniforms.ink!.value.set(colours.ink);
  uniforms.accent!.value.set(accent);
  uniforms.cool!.value.set(heat[0]);
  uniforms.hot!.value.set(heat[1]);
  uniforms.opacity!.value = opacity;
  uniforms.edgePixels!.value = 0.75 * pixelRatio;
  uniforms.maps!.value = maps ?? nothing;
  material.transparent = opacity < 1;
  material.depthWrite = opacity >= 1;
  material.needsUpdate = true;
}

import { definitionOf, type NodeKind } from '../../shared/blocks/index.ts';

const sources = import.meta.glob<string>('../../assets/icons/layers/*.svg', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const icons = new Map(
  Object.entries(sources).map(([path, source]) => [path.replace(/^.*\/|\.svg$/g, ''), source]),
);

/** The icon of a layer or block, drawn in the colour of the text around it. */
export function LayerIcon({ kind, size = 20 }: { readonly kind: NodeKind; readonly size?: number }) {
  const source = icons.get(definitionOf(kind).icon) ?? '';
  return (
    <span
      className="layer-icon"
      style={{ width: size, height: size }}
      aria-hidden="true"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: the icons are our own files, bundled with the app.
      dangerouslySetInnerHTML={{ __html: source }}
    />
  );
}

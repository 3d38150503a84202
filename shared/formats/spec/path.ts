/** The way from the root of a JSON document to a value. */
export type Path = readonly (string | number)[];

/** `$.nodes[3].params.kernel`; keys that are no plain names are quoted: `$.layout["a b"]`. */
export function formatPath(path: Path): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return `$${steps.join('')}`;
}

/** `$.lint.rules["a-b"].options` as the way that it was written from. */
export function pathOf(text: string): Path {
  const steps = text.matchAll(/\.([A-Za-z_$][\w$-]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g);
  return [...steps].map(([, name, index, quoted]) =>
    index !== undefined ? Number(index) : (name ?? (JSON.parse(`"${quoted}"`) as string)),
  );
}

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

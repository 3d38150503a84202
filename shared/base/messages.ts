/** What is said of one thing that went wrong: what and why, and what to do about it. `{{name}}` stands for a value. */
export interface Said {
  readonly message: string;
  readonly hint: string;
}

/**
 * The texts of problems, by key: the problem's code, and what tells apart those that share one. Another language has a
 * table of the same keys and values; what has no text in it is said in English.
 */
export const english = {
  'input-missing': {
    message: '{{title}} needs a wire into "{{port}}".',
    hint: 'Connect the layer before it.',
  },
  'two-wires-into-one-port': {
    message: 'Two wires end in "{{port}}" of {{node}}: from {{first}} and from {{second}}. A port takes one.',
    hint: 'Remove one of them, or join them first with Add or Concat.',
  },
  'port-unknown:no-inputs': {
    message: '{{title}} has no input "{{port}}", where the wire from {{from}} ends.',
    hint: '{{title}} takes no wires: remove this one.',
  },
  'port-unknown:other-inputs': {
    message: '{{title}} has no input "{{port}}", where the wire from {{from}} ends.',
    hint: 'Connect it to {{ports}}.',
  },
  'port-unknown:output': {
    message: '{{from}} has no output "{{output}}", where the wire into "{{port}}" starts.',
    hint: 'Remove the wire and connect an output that exists.',
  },
} as const satisfies Readonly<Record<string, Said>>;

export type MessageKey = keyof typeof english;
export type Texts = { readonly [K in MessageKey]?: Said };

type NamesIn<T extends string> = T extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type SaidAs<K extends MessageKey> = (typeof english)[K];
/** The values that a text needs, by name: the compiler finds those that are missing, and those that nobody says. */
export type MessageValues<K extends MessageKey> = {
  readonly [Name in NamesIn<SaidAs<K>['message'] | SaidAs<K>['hint']>]: string | number;
};

/** A message before it is put into words. */
export interface Told {
  readonly key: MessageKey;
  readonly values: Readonly<Record<string, string | number>>;
}

const filled = (text: string, values: Told['values']): string =>
  text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => String(values[name] ?? whole));

/** A message in the words of a language, English where that has none. */
export function inWords({ key, values }: Told, texts: Texts = english): Said {
  const { message, hint } = texts[key] ?? english[key];
  return { message: filled(message, values), hint: filled(hint, values) };
}

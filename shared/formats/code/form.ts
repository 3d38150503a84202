/** One argument of a call. Left out where it is the default. */
export interface Argument {
  readonly name: string;
  readonly text: string;
  readonly default?: string;
  readonly positional?: boolean;
}

/** What a layer becomes: `nn.Conv2d(3, 64, kernel_size=3)`. */
export interface ModuleForm {
  readonly callee: string;
  readonly arguments: readonly Argument[];
}

export const arg = (name: string, text: string, fallback?: string): Argument => ({
  name,
  text,
  ...(fallback === undefined ? {} : { default: fallback }),
});
export const first = (name: string, text: string): Argument => ({ name, text, positional: true });

/** The arguments as they are written, defaults left out. */
export function argumentTexts(args: readonly Argument[]): readonly string[] {
  return args.flatMap(({ name, text, default: usual, positional }) => {
    if (text === usual) return [];
    return [positional ? text : `${name}=${text}`];
  });
}

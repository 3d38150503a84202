/** What follows a number: decimal steps as they are said of networks, and binary ones as they are said of memory. */
const suffixes: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
  ti: 1024 ** 4,
};
const MOST_LETTERS = 200;
const token =
  /\s*(?:((?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:\s?([kKmMgGtT]i?)[bB]?(?![\p{L}\d]))?|([-+*/^()×·÷−x]))/uy;

type Token = { readonly number: number } | { readonly sign: string };

const signs: Readonly<Record<string, string>> = { '×': '*', '·': '*', x: '*', '÷': '/', '−': '-' };

function tokensOf(text: string): readonly Token[] | undefined {
  // An input method may well write digits as wide as its letters.
  const trimmed = text.normalize('NFKC').trim();
  // `0x10` is no product to who writes programs.
  if (trimmed === '' || trimmed.length > MOST_LETTERS || /(^|[^\d.])0x/i.test(trimmed)) return undefined;
  const found: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < trimmed.length) {
    const match = token.exec(trimmed);
    if (!match) return undefined;
    const [, digits, suffix = '', sign] = match;
    if (sign !== undefined) found.push({ sign: signs[sign] ?? sign });
    else found.push({ number: Number(digits!.replaceAll('_', '')) * suffixes[suffix.toLowerCase()]! });
  }
  return found;
}

/**
 * The value of a number as people type it: `64`, `8*2`, `(3+1)×16`, `2^10`, `1e9`, `1.5k`, `64Mi` (1024² each; a `B` for
 * bytes may follow). Undefined where the text is none, or its value is not finite.
 */
export function evaluate(text: string): number | undefined {
  const tokens = tokensOf(text);
  if (!tokens) return undefined;
  let at = 0;
  const takes = (sign: string): boolean => {
    const next = tokens[at];
    const found = next !== undefined && 'sign' in next && next.sign === sign;
    if (found) at++;
    return found;
  };
  const sum = (): number => {
    let value = product();
    for (;;) {
      if (takes('+')) value += product();
      else if (takes('-')) value -= product();
      else return value;
    }
  };
  const product = (): number => {
    let value = signed();
    for (;;) {
      if (takes('*')) value *= signed();
      else if (takes('/')) value /= signed();
      else return value;
    }
  };
  const signed = (): number => (takes('-') ? -signed() : takes('+') ? signed() : power());
  const power = (): number => {
    const base = single();
    return takes('^') ? base ** signed() : base;
  };
  const single = (): number => {
    const next = tokens[at];
    if (next !== undefined && 'number' in next) {
      at++;
      return next.number;
    }
    if (!takes('(')) return Number.NaN;
    const value = sum();
    return takes(')') ? value : Number.NaN;
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

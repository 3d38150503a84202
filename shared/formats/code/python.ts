/** Python source: literals and names. */
import { oneLine } from '../../base/text.ts';

export function flag(value: boolean): string {
  return value ? 'True' : 'False';
}

/** A float as Python writes it. */
export function literal(value: number): string {
  if (!Number.isFinite(value)) return `float("${value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan'}")`;
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${value}.0`;
  // JavaScript writes 1e-7 where Python writes 1e-07; both read both, but defaults are compared as text.
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e-(\d)$/, 'e-0$1').replace('e+', 'e');
}

/** `x**2`; formatters put spaces around the sign where an operand is more than a name or a number. */
export function powerText(base: string, exponent: string): string {
  const isSimple = (operand: string) => /^[A-Za-z_][\w.]*$|^\d[\w.+-]*$/.test(operand);
  return isSimple(base) && isSimple(exponent) ? `${base}**${exponent}` : `${base} ** ${exponent}`;
}

/** A number as Python groups its digits. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, '_');

export function tuple(values: readonly number[]): string {
  return values.length === 1 ? `(${values[0]},)` : `(${values.join(', ')})`;
}

/** One number for two equal ones. */
export function pairText([height, width]: readonly [number, number]): string {
  return height === width ? String(height) : tuple([height, width]);
}

const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with'
  ).split(' '),
);
/** Names that the code itself uses. */
const used = new Set(
  'self torch nn F math super float list range x int bool str tuple dict Tensor INPUT PARAMETERS'.split(' '),
);
/** Names that every module has already. */
const moduleNames = new Set(
  (
    'add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr ' +
    'float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules ' +
    'named_buffers named_children named_modules named_parameters parameters register_buffer register_module ' +
    'register_parameter requires_grad_ set_extra_state share_memory state_dict to to_empty train training type xpu ' +
    'zero_grad T_destination'
  ).split(' '),
);

/** Readable, free identifiers: each wish is granted once, then numbered. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  take(wanted: string): string {
    return this.#free(identifier(wanted));
  }

  /** For a member of a module, whose names may be those of what the code uses. */
  takeAttribute(wanted: string): string {
    return this.#free(attribute(wanted));
  }

  #free(plain: string): string {
    let name = plain;
    for (let i = 2; this.#taken.has(name); i++) name = `${plain}_${i}`;
    this.#taken.add(name);
    return name;
  }
}

/** Of letters and digits those that every Python knows: what came after Unicode 14 is new to some, as may be what is rare. */
const later = /[\u{0cf3}\u{0ece}\u{10000}-\u{10ffff}]/gu;

/** In the form in which Python compares names. */
function normal(text: string): string {
  return text.normalize('NFKC').replace(later, '_');
}

/** What `str.isidentifier` takes. */
export function identifier(wanted: string): string {
  const plain = normal(wanted)
    .replace(/[^\p{XID_Continue}]+/gu, '_')
    .replace(/^(?!\p{XID_Start}|_)/u, '_');
  const private_ = plain.startsWith('__') ? `n${plain}` : plain;
  const isTaken = reserved.has(private_) || used.has(private_) || moduleNames.has(private_);
  return isTaken ? `${private_}_` : private_;
}

/** Whether a text is a name as it stands, one that no module has of its own. */
export function isAttribute(text: string): boolean {
  return (
    /^[A-Za-z][A-Za-z0-9_]*$|^_[A-Za-z0-9]\w*$/.test(text) && !reserved.has(text) && !moduleNames.has(text)
  );
}

/** The name of a member of a module: as it stands where it can be one. */
export function attribute(wanted: string): string {
  return isAttribute(wanted) ? wanted : identifier(wanted);
}

/** `VGG-16 BN` → `VGG16BN`; `random 3` → `Random3`. */
export function className(wanted: string, fallback = 'Network'): string {
  const words = normal(wanted).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const joined = normal(words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(''))
    .replace(/[^\p{XID_Continue}]/gu, '')
    .slice(0, 80);
  if (joined === '' || reserved.has(joined) || used.has(joined)) return fallback;
  return /^\p{XID_Start}/u.test(joined) ? joined : `${fallback}${joined}`;
}

/** Text inside a docstring. */
export function docText(text: string): string {
  return oneLine(text).trim().replace(/["\\]/g, '\\$&');
}

/** The type of a literal. */
function typeOf(text: string): string {
  if (text === 'True' || text === 'False') return 'bool';
  if (text.startsWith('"')) return 'str';
  if (text.startsWith('('))
    return `tuple[${text
      .slice(1, -1)
      .split(',')
      .filter((part) => part.trim() !== '')
      .map((part) => typeOf(part.trim()))
      .join(', ')}]`;
  return /^-?\d+$/.test(text) ? 'int' : 'float';
}

/** The type of a parameter, by what it is given. */
export function typesOf(texts: readonly string[]): string {
  return [...new Set(texts.map(typeOf))].sort().join(' | ');
}

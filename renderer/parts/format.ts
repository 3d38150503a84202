/** Made once: to look up what a language asks for takes longer than all else that a table does. */
const whole = new Intl.NumberFormat('en-US');

/** `15.47 G`; exact below ten thousand. */
export function short(value: number): string {
  if (Math.abs(value) < 10_000) return whole.format(value);
  const units = ['', 'K', 'M', 'G', 'T', 'P'];
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 999.5 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${scaled
    .toPrecision(4)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')} ${units[unit]}`;
}

const byteUnits = {
  binary: { base: 1024, names: ['B', 'KiB', 'MiB', 'GiB', 'TiB'] },
  decimal: { base: 1000, names: ['B', 'kB', 'MB', 'GB', 'TB'] },
} as const;
let bytesIn: keyof typeof byteUnits = 'binary';

/** The user's choice, which holds for every size that is shown. */
export function showBytesIn(units: keyof typeof byteUnits): void {
  bytesIn = units;
}

/** Whether bytes are told by 1024. */
export const areBytesBinary = (): boolean => byteUnits[bytesIn].base === 1024;

/** `12.4 MiB`, or `13.0 MB` where the user counts so; `?` of what is not known. */
export function shortBytes(value: number): string {
  const { base, names: units } = byteUnits[bytesIn];
  if (Number.isNaN(value)) return '?';
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1000 && unit < units.length - 1) {
    scaled /= base;
    unit++;
  }
  const digits = unit === 0 ? 0 : Math.abs(scaled) < 10 ? 2 : Math.abs(scaled) < 100 ? 1 : 0;
  return `${scaled.toFixed(digits)} ${units[unit]}`;
}

/** `15,470,264,320`; `?` of what is not known. */
export function exact(value: number): string {
  return Number.isNaN(value) ? '?' : whole.format(value);
}

/** `6,422,528 B`; `?` of what is not known. */
export function exactBytes(value: number): string {
  return Number.isNaN(value) ? '?' : `${exact(value)} B`;
}

/** `+3.2 %`, `−12 %`, `±0 %`; `×30` from ten times on. */
export function percent(change: number): string {
  const value = change * 100;
  if (change >= 9) return `×${Math.round(change + 1).toLocaleString('en-US')}`;
  if (Math.abs(value) < 0.05) return '±0 %';
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return `${value > 0 ? '+' : '−'}${Math.abs(value).toFixed(digits)} %`;
}

/** `+64 K`, `−1.2 M`. */
export function signed(value: number, format: (value: number) => string): string {
  if (value === 0) return '±0';
  return `${value > 0 ? '+' : '−'}${format(Math.abs(value))}`;
}

/** `3.25 ms`, `120 ms` */
export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** Letters that are as wide as two others, as Chinese ones are. */
const WIDE = /[\u2e80-\u9fff\uff00-\uffef]/g;

/** How wide a text is, in letters of the width of a digit. */
export const lettersIn = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);

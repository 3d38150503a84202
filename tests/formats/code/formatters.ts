import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { peersFolder } from '../../peers/install.ts';

export const hasBlack = spawnSync('black', ['--version']).status === 0;
const ruffFolder = join(peersFolder, 'node_modules/@astral-sh/ruff-wasm-nodejs');
export const hasRuff = existsSync(ruffFolder);

/** Names of the files that black would change. */
export function changedByBlack(files: Readonly<Record<string, string>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'netwright-black-'));
  try {
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, `${name}.py`), code);
    const { stderr } = spawnSync('black', ['--check', '--workers=1', folder], { encoding: 'utf8' });
    return [...stderr.matchAll(/^(?:would reformat|error: cannot format) .*?([^/\s]+)\.py/gm)].map(
      ([, name]) => name!,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Ruff {
  readonly Workspace: new (options: object, encoding: number) => { format(code: string): string };
  readonly PositionEncoding: { readonly Utf16: number };
}

/** Names of the files that ruff would change. */
export function changedByRuff(files: Readonly<Record<string, string>>): readonly string[] {
  const { Workspace, PositionEncoding }: Ruff = createRequire(import.meta.url)(ruffFolder);
  const ruff = new Workspace({}, PositionEncoding.Utf16);
  return Object.entries(files).flatMap(([name, code]) => (ruff.format(code) === code ? [] : [name]));
}

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listPackage } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const enabled = '1'.charCodeAt(0);
const disabled = '0'.charCodeAt(0);

/** Stands in for Electron's binary, which is not always to be had: it carries the fuses that the real one carries. */
const stubSource = `
#include <stdio.h>
const char wire[] = "dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX" "\\x01" "\\x09" "101011011";
int main(void) { puts(wire + 34); return 0; }
`;

const hasTools = ['cc', 'dpkg-deb'].every((tool) => spawnSync('which', [tool]).status === 0);

describe.skipIf(process.platform !== 'linux' || !hasTools)(
  'the package (needs Linux, a C compiler and dpkg-deb)',
  () => {
    let work = '';
    let unpacked = '';

    beforeAll(() => {
      work = mkdtempSync(join(tmpdir(), 'netwright-package-'));
      const dist = join(work, 'electron');
      mkdirSync(dist);
      writeFileSync(join(work, 'stub.c'), stubSource);
      expect(spawnSync('cc', ['-o', join(dist, 'electron'), join(work, 'stub.c')]).status).toBe(0);
      chmodSync(join(dist, 'electron'), 0o755);
      writeFileSync(join(dist, 'version'), '45.4.1');
      writeFileSync(join(dist, 'LICENSE'), 'stub');
      const made = spawnSync(
        process.execPath,
        [
          join(root, 'node_modules/electron-builder/cli.js'),
          '--config',
          'build/electron-builder.yml',
          '--linux',
          'dir',
          'deb',
          '--publish',
          'never',
          `--config.electronDist=${dist}`,
          `--config.directories.output=${join(work, 'release')}`,
        ],
        {
          cwd: root,
          encoding: 'utf8',
          env: {
            ...process.env,
            USE_SYSTEM_FPM: 'true',
            CUSTOM_FPM_PATH: join(root, 'tests/build/fake-fpm.sh'),
          },
        },
      );
      expect(made.status, `${made.stdout}\n${made.stderr}`).toBe(0);
      unpacked = join(work, 'release/linux-unpacked');
    });

    afterAll(() => rmSync(work, { recursive: true, force: true }));

    it('ships what runs and nothing else', () => {
      const files = listPackage(join(unpacked, 'resources/app.asar'), { isPack: false });
      for (const wanted of [
        '/package.json',
        '/out/electron/main.cjs',
        '/out/electron/preload.cjs',
        '/out/renderer/index.html',
      ]) {
        expect(files).toContain(wanted);
      }
      const strangers = files.filter(
        (file) => !/^\/(package\.json|out|out\/(electron|renderer)(\/.*)?)$/.test(file),
      );
      expect(strangers).toEqual([]);
      expect(files.some((file) => file.endsWith('.wasm'))).toBe(true);
    });

    it('has its fuses set', async () => {
      const wire = await getCurrentFuseWire(join(unpacked, 'netwright'));
      expect(wire[FuseV1Options.RunAsNode]).toBe(disabled);
      expect(wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(disabled);
      expect(wire[FuseV1Options.EnableNodeCliInspectArguments]).toBe(disabled);
      expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(enabled);
      expect(wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]).toBe(enabled);
      expect(wire[FuseV1Options.EnableCookieEncryption]).toBe(enabled);
    });

    it('makes a deb that opens designs', () => {
      const deb = readdirSync(join(work, 'release')).find((name) => name.endsWith('.deb'));
      expect(deb).toBeDefined();
      const path = join(work, 'release', deb!);
      const contents = spawnSync('dpkg-deb', ['-c', path], { encoding: 'utf8' }).stdout;
      expect(contents).toMatch(/\.\/opt\/Netwright\/netwright$/m);
      expect(contents).toMatch(/\/usr\/share\/applications\/netwright\.desktop$/m);
      expect(contents).toMatch(/\/usr\/share\/icons\/hicolor\/256x256\/apps\/netwright\.png$/m);
      const out = join(work, 'deb');
      expect(spawnSync('dpkg-deb', ['-x', path, out]).status).toBe(0);
      const desktop = readFileSync(join(out, 'usr/share/applications/netwright.desktop'), 'utf8');
      expect(desktop).toContain('MimeType=application/vnd.netwright+json');
      expect(existsSync(join(out, 'opt/Netwright/resources/app.asar'))).toBe(true);
    });
  },
);

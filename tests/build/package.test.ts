import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
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
import { packageOf } from '../../build/bundled.mjs';
import { faultsOf, noticesOf } from '../../build/notices.mjs';
import { failureOf } from '../../build/package-failure.mjs';
import { packaging } from '../../build/packaging.mjs';

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
          join(root, 'build/package.mjs'),
          '--linux',
          'dir',
          'deb',
          '--x64',
          `--config.electronDist=${dist}`,
          `--config.directories.output=${join(work, 'release')}`,
        ],
        {
          cwd: root,
          encoding: 'utf8',
          env: {
            ...process.env,
            // What vitest sets is nothing that whoever packages has.
            NODE_ENV: undefined,
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

    it('says whose work it contains, and under which licences', () => {
      const resources = (name: string) => readFileSync(join(unpacked, 'resources', name), 'utf8');
      const notices = resources('THIRD-PARTY-NOTICES.txt');
      const bundle = readFileSync(join(root, 'out/electron/main.cjs'), 'utf8');
      // The bundler's own comments name the packages that it took in.
      const inMain = [...bundle.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(
        ([, name]) => name!,
      );
      expect(inMain).toContain('electron-updater');
      for (const name of [...inMain, 'react', 'three', '@xyflow/react', 'canvaskit-wasm', 'Roboto'])
        expect(notices).toMatch(new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} \\d`, 'm'));
      expect(notices).toContain('Permission is hereby granted, free of charge');
      expect(notices).toContain('Apache License');
      expect(notices).not.toContain('{author}');

      const bill = JSON.parse(resources('sbom.cdx.json')) as {
        readonly bomFormat: string;
        readonly specVersion: string;
        readonly components: readonly {
          readonly name: string;
          readonly purl: string;
          readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
        }[];
      };
      expect([bill.bomFormat, bill.specVersion]).toEqual(['CycloneDX', '1.5']);
      const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
      for (const name of ['react', 'three', 'electron', 'electron-updater']) {
        const { version, integrity } = lock[`node_modules/${name}`];
        const found = bill.components.find((each) => each.name === name);
        expect(found?.purl).toBe(`pkg:npm/${name}@${version}`);
        const sha512 = Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex');
        expect(found?.hashes).toContainEqual({ alg: 'SHA-512', content: sha512 });
      }
      // What only builds and tests it does not ship.
      for (const name of ['vite', 'vitest', 'typescript', 'playwright-core'])
        expect(bill.components.some((each) => each.name === name)).toBe(false);
      expect(resources('LICENSE.txt')).toContain('MIT');
    });

    it('makes a deb that is installed, opens designs and starts', () => {
      const deb = readdirSync(join(work, 'release')).find((name) => name.endsWith('.deb'));
      expect(deb).toMatch(/^netwright-[\d.]+-linux-amd64\.deb$/);
      const path = join(work, 'release', deb!);
      const fields = spawnSync('dpkg-deb', ['-f', path], { encoding: 'utf8' }).stdout;
      expect(fields).toMatch(/^Package: netwright$/m);
      expect(fields).toMatch(/^Architecture: amd64$/m);
      expect(fields).toMatch(/^Depends: .*libgtk-3-0/m);

      // Into a root of its own, as a machine that has what it depends on; its scripts are run apart from it.
      const into = join(work, 'root');
      for (const folder of ['var/lib/dpkg/updates', 'var/lib/dpkg/info'])
        mkdirSync(join(into, folder), { recursive: true });
      for (const file of ['status', 'available']) writeFileSync(join(into, 'var/lib/dpkg', file), '');
      const log = join(work, 'dpkg.log');
      const installed = spawnSync(
        'dpkg',
        [
          `--root=${into}`,
          `--log=${log}`,
          '--force-depends',
          '--force-not-root',
          '--force-script-chrootless',
          '--unpack',
          path,
        ],
        { encoding: 'utf8' },
      );
      expect(installed.status, installed.stderr).toBe(0);
      const listed = spawnSync(
        'dpkg-query',
        [`--admindir=${join(into, 'var/lib/dpkg')}`, '-s', 'netwright'],
        {
          encoding: 'utf8',
        },
      ).stdout;
      expect(listed).toMatch(/^Status: install ok unpacked$/m);

      const inRoot = (name: string) => join(into, name);
      const desktop = readFileSync(inRoot('usr/share/applications/netwright.desktop'), 'utf8');
      expect(desktop).toMatch(/^Name=Netwright$/m);
      expect(desktop).toMatch(/^Exec=\/opt\/Netwright\/netwright %U$/m);
      expect(desktop).toMatch(/^MimeType=.*application\/vnd\.netwright\+json;.*application\/vnd\.onnx;/m);
      expect(desktop).toMatch(/^Icon=netwright$/m);
      expect(desktop).toMatch(/^Categories=Development;$/m);
      for (const size of ['16x16', '256x256']) {
        expect(existsSync(inRoot(`usr/share/icons/hicolor/${size}/apps/netwright.png`))).toBe(true);
        expect(existsSync(inRoot(`usr/share/icons/hicolor/${size}/mimetypes/application-vnd.onnx.png`))).toBe(
          true,
        );
      }
      expect(existsSync(inRoot('opt/Netwright/resources/app.asar'))).toBe(true);
      expect(existsSync(inRoot('opt/Netwright/resources/THIRD-PARTY-NOTICES.txt'))).toBe(true);

      const started = spawnSync(inRoot('opt/Netwright/netwright'), [], { encoding: 'utf8' });
      // As far as the stub goes: it prints the fuses that it was packaged with.
      expect(started.stdout).toMatch(/^[01r]+\n$/);
      expect(started.status).toBe(0);

      const scripts = ['postinst', 'postrm'].map((name) =>
        readFileSync(inRoot(`var/lib/dpkg/info/netwright.${name}`), 'utf8'),
      );
      expect(scripts[0]).toContain('/usr/bin/netwright');
      expect(scripts[0]).toContain('chrome-sandbox');
      expect(scripts[1]).toContain('/usr/bin/netwright');
      for (const script of scripts) expect(spawnSync('bash', ['-n'], { input: script }).status).toBe(0);
    });

    it('knows its files by their names, as shared-mime-info sees them', ({ skip }) => {
      if (spawnSync('which', ['update-mime-database']).status !== 0) skip();
      const mime = join(work, 'root/usr/share/mime');
      // The system's own types, of which JSON is one.
      cpSync('/usr/share/mime/packages/freedesktop.org.xml', join(mime, 'packages/freedesktop.org.xml'));
      expect(spawnSync('update-mime-database', [mime]).status).toBe(0);
      const globs = readFileSync(join(mime, 'globs2'), 'utf8');
      expect(globs).toMatch(/^60:application\/vnd\.netwright\+json:\*\.netwright\.json$/m);
      expect(globs).toMatch(/^50:application\/vnd\.onnx:\*\.onnx$/m);
      // The longer pattern, and the heavier one, wins over plain JSON.
      expect(globs).toMatch(/^50:application\/json:\*\.json$/m);
    });
  },
);

describe('what is packaged where the network allows', () => {
  const names = ({
    target,
  }: {
    readonly target: readonly { readonly target: string; readonly arch: readonly string[] }[];
  }) => Object.fromEntries(target.map((each) => [each.target, each.arch]));
  const both = ['x64', 'arm64'];

  it.each([
    ['linux', ['AppImage', 'deb', 'rpm', 'tar.gz']],
    ['win', ['nsis', 'portable', 'zip']],
    ['mac', ['dmg', 'zip']],
  ] as const)('for %s is %j, for both architectures', (platform, targets) => {
    expect(names(packaging[platform])).toEqual(Object.fromEntries(targets.map((target) => [target, both])));
  });

  it.each(['win', 'mac'] as const)('opens its files, with icons of their own, on %s', (platform) => {
    const container = platform === 'win' ? 'ico' : 'icns';
    for (const { icon } of packaging[platform].fileAssociations)
      expect(existsSync(join(root, `assets/icons/${icon}.${container}`))).toBe(true);
    expect(packaging[platform].fileAssociations.map(({ ext }) => ext)).toEqual(['netwright.json', 'onnx']);
  });

  it.each([
    [
      '  • packaging platform=linux arch=x64 electron=45.4.1 appOutDir=x\n  ⨯ getaddrinfo ENOTFOUND github.com  failedTask=build stackTrace=RequestError: getaddrinfo ENOTFOUND github.com\n    at a',
      'Could not fetch Electron 45.4.1 from github.com: packaging needs the network once, or --config.electronDist=FOLDER.',
    ],
    [
      '  • downloading url=https://github.com/electron-userland/electron-builder-binaries/fpm.7z size=1 MB\n  ⨯ Get "x": connect ECONNREFUSED 1.2.3.4:443',
      'Could not fetch https://github.com/electron-userland/electron-builder-binaries/fpm.7z: packaging needs the network once, or --config.electronDist=FOLDER.',
    ],
    [
      '  ⨯ Invalid configuration object  stackTrace=Error: at b',
      'Packaging failed: Invalid configuration object',
    ],
    ['', 'Packaging failed: electron-builder failed without a word'],
  ])('fails in one line: %#', (said, sentence) => expect(failureOf(said)).toBe(sentence));
});

describe('what may ship', () => {
  const library = { name: 'a', version: '1.0.0', texts: ['text'] };
  it.each([
    ['MIT', true],
    ['(BSD-2-Clause OR GPL-2.0-only)', true],
    ['GPL-3.0-only', false],
    ['EPL-2.0', false],
    ['MIT AND LGPL-3.0-or-later', false],
    ['', false],
  ])('is not what is under %j alone: %j', (licence, may) => {
    expect(faultsOf([{ ...library, licence }])).toHaveLength(may ? 0 : 1);
  });

  it('brings the text of its licence', () => {
    expect(faultsOf([{ ...library, texts: [], licence: 'Apache-2.0' }])).toEqual([
      'a 1.0.0 brings no text of its licence (Apache-2.0).',
    ]);
    expect(noticesOf([{ ...library, texts: [], licence: 'MIT', author: 'Ada' }])).toContain(
      'Copyright (c) Ada',
    );
  });

  it.each([
    ['node_modules/react/index.js', 'node_modules/react'],
    ['/x/node_modules/a/node_modules/@b/c/d/e.js?commonjs', 'node_modules/a/node_modules/@b/c'],
    ['shared/index.ts', undefined],
  ])('is told of by the files of bundles: %s', (file, folder) => expect(packageOf(file)).toBe(folder));
});

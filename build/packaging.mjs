// What electron-builder is told: `npm run package` writes it down for it, so that versions and names stand in one place.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const { devDependencies, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const archs = ['x64', 'arm64'];
const each = (...targets) => targets.map((target) => ({ target, arch: archs }));
/** Both forms of files that the app opens, with an icon of their own. On Linux shared-mime-info says what they are. */
const mimeTypes = ['application/vnd.netwright+json', 'application/vnd.onnx'];
const fileAssociations = [
  {
    ext: 'netwright.json',
    name: 'Netwright design',
    description: 'Netwright network design',
    mimeType: mimeTypes[0],
    role: 'Editor',
    icon: 'document',
  },
  {
    ext: 'onnx',
    name: 'ONNX model',
    description: 'ONNX model',
    mimeType: mimeTypes[1],
    role: 'Viewer',
    rank: 'Alternate',
    icon: 'document',
  },
];

/** What packages for Linux put beside the app itself: what its files are, and how they look. */
const linuxFiles = [
  'assets/linux/netwright.xml=/usr/share/mime/packages/netwright.xml',
  ...[16, 32, 48, 64, 128, 256, 512].flatMap((size) =>
    mimeTypes.map(
      (type) =>
        `assets/icons/document/${size}x${size}.png=/usr/share/icons/hicolor/${size}x${size}/mimetypes/${type.replace('/', '-')}.png`,
    ),
  ),
];

/** Where updates come from, if from anywhere: the address of a folder with electron-builder's own `latest*.yml`. */
const feed = process.env.NETWRIGHT_UPDATE_FEED;

export const packaging = {
  appId: 'dev.netwright.app',
  productName: 'Netwright',
  copyright: 'Copyright © 2026 The Netwright founders',
  directories: { output: 'release', buildResources: 'assets/icons' },
  // Everything that runs is bundled into out/; nothing else ships.
  files: ['!**/*', 'out/electron/**', 'out/renderer/**', 'package.json'],
  extraResources: [
    { from: 'out/notices/THIRD-PARTY-NOTICES.txt', to: 'THIRD-PARTY-NOTICES.txt' },
    { from: 'out/notices/sbom.cdx.json', to: 'sbom.cdx.json' },
    { from: 'LICENSE', to: 'LICENSE.txt' },
  ],
  asar: true,
  npmRebuild: false,
  electronVersion: devDependencies.electron,
  publish: feed ? [{ provider: 'generic', url: feed }] : null,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder's own placeholders.
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  linux: {
    target: each('AppImage', 'deb', 'rpm', 'tar.gz'),
    icon: 'assets/icons',
    mimeTypes,
    category: 'Development',
    synopsis: 'A visual designer for convolutional networks',
    description: `Shapes, costs, budgets, design rules and real inference while you draw. ${homepage}`,
    maintainer: 'The Netwright founders <founders@netwright.dev>',
    desktop: { entry: { StartupWMClass: 'Netwright', Keywords: 'neural;network;ONNX;convolution;' } },
  },
  deb: {
    fpm: linuxFiles,
    // The sandbox's helper needs its bit; everything else is found by the package manager.
    depends: [
      'libgtk-3-0',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'xdg-utils',
      'libatspi2.0-0',
      'libuuid1',
      'libsecret-1-0',
    ],
  },
  rpm: { fpm: linuxFiles },
  win: { fileAssociations, target: each('nsis', 'portable', 'zip'), icon: 'assets/icons/icon.ico' },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder's own placeholders.
  portable: { artifactName: '${name}-${version}-portable-${arch}.${ext}' },
  mac: {
    fileAssociations,
    target: each('dmg', 'zip'),
    icon: 'assets/icons/icon.icns',
    category: 'public.app-category.developer-tools',
    hardenedRuntime: true,
  },
};

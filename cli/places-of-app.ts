import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** How the app on the desktop is started. */
export interface AppStart {
  readonly program: string;
  readonly args: readonly string[];
}

type Surroundings = Readonly<Record<string, string | undefined>>;

/** Where installers put the app, by platform. */
function installed(platform: NodeJS.Platform, env: Surroundings): readonly string[] {
  switch (platform) {
    case 'win32':
      return [env.LOCALAPPDATA && join(env.LOCALAPPDATA, 'Programs'), env.ProgramFiles]
        .filter((folder) => folder !== undefined && folder !== '')
        .map((folder) => join(folder!, 'Netwright', 'Netwright.exe'));
    case 'darwin':
      return ['/Applications', join(env.HOME ?? '', 'Applications')].map((folder) =>
        join(folder, 'Netwright.app/Contents/MacOS/Netwright'),
      );
    default:
      return ['/opt/Netwright/netwright'];
  }
}

/** The app that is installed, or the one whose sources this command was built from; NETWRIGHT_APP names another. */
export function findApp(
  sources: string,
  platform: NodeJS.Platform = process.platform,
  env: Surroundings = process.env,
): AppStart | undefined {
  if (env.NETWRIGHT_APP) return { program: env.NETWRIGHT_APP, args: [] };
  const program = installed(platform, env).find((path) => existsSync(path));
  if (program !== undefined) return { program, args: [] };
  const start = join(sources, 'build/start.mjs');
  return existsSync(start) ? { program: process.execPath, args: [start] } : undefined;
}

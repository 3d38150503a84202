import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from './reasons.ts';

/** As many links as systems follow themselves. */
const MOST_LINKS = 40;

/**
 * The place that a path really names: links are followed, one that leads to nothing yet too, so that writing there makes
 * what it names instead of replacing the link. The folder must be there.
 */
export async function followLinks(path: string): Promise<string> {
  let at = resolve(path);
  for (let followed = 0; followed < MOST_LINKS; followed++) {
    at = join(await realpath(dirname(at)), basename(at));
    try {
      at = resolve(dirname(at), await readlink(at));
    } catch (error) {
      // Neither a file that is no link nor one that is not there leads on; Windows calls the first UNKNOWN.
      if (['EINVAL', 'ENOENT', 'UNKNOWN'].includes(codeOf(error) ?? '')) return at;
      throw error;
    }
  }
  throw Object.assign(new Error(`${path} leads in a circle.`), { code: 'ELOOP' });
}

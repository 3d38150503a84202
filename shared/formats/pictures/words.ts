import type { Say } from './outline.ts';
import type { ProfileWords } from './profile-rows.ts';

/** What pictures say, in some language. */
export interface PictureWords {
  readonly say: Say;
  readonly profile: ProfileWords;
}

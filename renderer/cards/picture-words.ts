import type { PictureWords } from '../../shared/formats/pictures/words.ts';
import { named, type t } from '../i18n/i18n.ts';

/** The chart of costs along depth in the language that is shown. */
export const profileWords = (say: typeof t): PictureWords['profile'] => ({
  title: ({ title }) => say(title),
  summary: ({ peak, whole, was, most }) => {
    const amount =
      was === undefined ? whole : say('{{amount}} (was {{before}})', { amount: whole, before: was });
    if (most === undefined)
      return peak ? say('peak {{amount}}', { amount }) : say('total {{amount}}', { amount });
    return peak
      ? say('peak {{amount}} at {{layer}}', { amount, layer: most })
      : say('total {{amount}}, most in {{layer}}', { amount, layer: most });
  },
});

/** Pictures in the language that is shown. */
export const pictureWords = (say: typeof t): PictureWords => ({ say: named, profile: profileWords(say) });

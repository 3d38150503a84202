import { createContext, useContext } from 'react';
import type { Feature, Place } from '../commands/feature.ts';

const FeaturesContext = createContext<readonly Feature[]>([]);

/** Hands the list of features to all that is drawn within. */
export const FeaturesProvider = FeaturesContext.Provider;

export const useFeatures = (): readonly Feature[] => useContext(FeaturesContext);

/** What the features put into a place of the window. */
export function ViewsAt({ place }: { readonly place: Place }) {
  return useFeatures().map(({ id, views }) => {
    const View = views?.[place];
    return View ? <View key={id} /> : null;
  });
}

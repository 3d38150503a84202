import { initials, rank, ranked } from '../parts/rank.ts';
import { type Addable, nameOf } from './addable.ts';

/** A word that means a layer is meant before a name that is spelt the same: `max` is max pooling. */
const MEANT = 1.1;
/** Of two that have a word, the one that lists it first. */
const PLACE = 0.001;

/** How well something to add answers a search, 0 for not at all. */
export function rankAddable(added: Addable, search: string): number {
  const { title, kind, group, words } = added;
  const query = search.trim().toLowerCase();
  const place = words.findIndex((word) => word.toLowerCase() === query);
  if (place >= 0) return MEANT - place * PLACE;
  const names = [nameOf(added), title, kind, group, initials(title), ...words];
  // Several words may stand in several names: `avg 池化`.
  return rank('', query, /\s/.test(query) ? [...names, names.join(' ')] : names);
}

/** What answers a search, best first, of equals the more recent; without one recent first, then all in their order. */
export function findAddables(
  all: readonly Addable[],
  search: string,
  recent: readonly string[],
): readonly Addable[] {
  const place = new Map(recent.map((id, i) => [id, i] as const));
  const age = ({ id }: Addable): number => place.get(id) ?? recent.length;
  const byAge = [...all].sort((a, b) => age(a) - age(b));
  return search.trim() === '' ? byAge : ranked(byAge, (each) => rankAddable(each, search));
}

import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { exact } from '../parts/format.ts';

/** So many cards are read at once; a design of thousands of layers can have as many of them. */
const PORTION = 60;

interface Props<Item> {
  readonly items: readonly Item[];
  /** They are entries of a list, and so is the way to more of them. */
  readonly inList?: boolean;
  readonly children: (item: Item) => ReactNode;
}

/** The first of a list, and more of it when asked for. */
export function InPortions<Item>({ items, inList, children }: Props<Item>) {
  const t = useT();
  const [shown, setShown] = useState(PORTION);
  const more = items.length - shown;
  const button =
    more > 0 ? (
      <button type="button" className="link" onClick={() => setShown(shown + PORTION)}>
        {t('{{others}} more', { others: exact(more) })}
      </button>
    ) : null;
  return (
    <>
      {items.slice(0, shown).map((item) => children(item))}
      {button && inList ? <li>{button}</li> : button}
    </>
  );
}

import { languageNames } from '../i18n/i18n.ts';
import type { Cell } from './cells.ts';

const looks = ['light', 'dark'].flatMap((theme) =>
  [...languageNames, 'pseudo'].map((language) => ({ theme, language })),
);

/** Every state beside itself: a row for each, with both themes in every language. Frames are loaded as they come into view. */
export function Wall({ cells }: { readonly cells: readonly Cell[] }) {
  return (
    <main className="gallery-wall">
      {cells.map(({ id, width, height }) => (
        <section key={id}>
          <h2>{id}</h2>
          <div className="gallery-row">
            {looks.map(({ theme, language }) => (
              <iframe
                key={`${theme} ${language}`}
                title={`${id}, ${theme}, ${language}`}
                loading="lazy"
                width={width}
                height={height}
                src={`?cell=${id}&theme=${theme}&language=${language}`}
              />
            ))}
          </div>
        </section>
      ))}
    </main>
  );
}

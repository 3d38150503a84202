import { Fragment, type ReactNode } from 'react';

/** `**bold**`, `*emphasis*` and `` `code` `` within a line; all else stays as it is written. */
function inline(text: string): ReactNode {
  return text.split(/(\*\*[^*]+\*\*|\*[^*]+\*|`[^`]+`)/).map((part, i) => {
    const key = `${i}`;
    if (part.startsWith('**') && part.length > 4) return <strong key={key}>{part.slice(2, -2)}</strong>;
    if (part.startsWith('*') && part.length > 2) return <em key={key}>{part.slice(1, -1)}</em>;
    if (part.startsWith('`') && part.length > 2) return <code key={key}>{part.slice(1, -1)}</code>;
    return <Fragment key={key}>{part}</Fragment>;
  });
}

function Block({ lines }: { readonly lines: readonly string[] }) {
  const [first = ''] = lines;
  const heading = /^#{1,6} (.*)$/.exec(first);
  if (heading) {
    return (
      <>
        <p className="md-heading">{inline(heading[1] ?? '')}</p>
        {lines.length > 1 ? <Block lines={lines.slice(1)} /> : null}
      </>
    );
  }
  if (lines.every((line) => /^[-*] /.test(line))) {
    return (
      <ul>
        {lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's place is its identity.
          <li key={i}>{inline(line.slice(2))}</li>
        ))}
      </ul>
    );
  }
  return <p>{inline(lines.join('\n'))}</p>;
}

/** The part of Markdown that a note needs: paragraphs, lists, headings, bold, emphasis and code. Nothing of it is HTML. */
export function BriefMarkdown({ text }: { readonly text: string }) {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map((block, i) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a paragraph's place is its identity.
      <Block key={i} lines={block.split('\n')} />
    ));
}

import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { createContext, type ReactNode, useContext } from 'react';
import { Breakable } from '../../parts/breakable.tsx';

/** What a page gives its Markdown: where links lead, and what stands beside a heading. */
export interface MarkdownHelp {
  /** What a link is drawn as. */
  readonly link: (href: string, text: ReactNode) => ReactNode;
  /** Stands behind the heading of an example. */
  readonly besideHeading: (text: string) => ReactNode;
}

const Help = createContext<MarkdownHelp>({ link: (_, text) => text, besideHeading: () => null });

/** A page of our own documentation. Nothing in it is taken as HTML. */
export function Markdown({ text, help }: { readonly text: string; readonly help: MarkdownHelp }) {
  return <Help value={help}>{blocks(lexer(text))}</Help>;
}

const blocks = (tokens: readonly Token[]): ReactNode =>
  tokens.map((token, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a token's place is its identity.
    <Piece key={i} token={token as MarkedToken} />
  ));

/** Pages are written with few forms of Markdown; of all others the text is shown. */
function Piece({ token }: { readonly token: MarkedToken }): ReactNode {
  const help = useContext(Help);
  switch (token.type) {
    case 'heading':
      return <Heading token={token} />;
    case 'paragraph':
      return <p>{blocks(token.tokens)}</p>;
    case 'text':
      return token.tokens ? blocks(token.tokens) : token.text;
    case 'strong':
      return <strong>{blocks(token.tokens)}</strong>;
    case 'em':
      return <em>{blocks(token.tokens)}</em>;
    case 'codespan':
      return (
        <code>
          <Breakable text={token.text} isCode />
        </code>
      );
    case 'code':
      return (
        <pre>
          <code>{token.text}</code>
        </pre>
      );
    case 'list':
      return <List token={token} />;
    case 'table':
      return <Table token={token} />;
    case 'link':
      return help.link(token.href, blocks(token.tokens));
    case 'escape':
      return token.text;
    case 'space':
    case 'html':
    case 'image':
      return null;
    default:
      return token.raw;
  }
}

function Heading({ token }: { readonly token: Tokens.Heading }) {
  const help = useContext(Help);
  const Tag = `h${Math.min(6, token.depth + 1)}` as 'h2' | 'h3' | 'h4' | 'h5' | 'h6';
  return (
    <Tag>
      {blocks(token.tokens)}
      {help.besideHeading(token.text)}
    </Tag>
  );
}

function List({ token }: { readonly token: Tokens.List }) {
  const Tag = token.ordered ? 'ol' : 'ul';
  return (
    <Tag>
      {token.items.map((item, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an item's place is its identity.
        <li key={i}>{blocks(item.tokens)}</li>
      ))}
    </Tag>
  );
}

function Table({ token }: { readonly token: Tokens.Table }) {
  const hasHead = token.header.some(({ text }) => text !== '');
  return (
    <div className="md-table">
      <table>
        {hasHead ? (
          <thead>
            <tr>
              {token.header.map((cell, i) => {
                // What is above the names of rows heads nothing.
                const Cell = cell.text === '' ? 'td' : 'th';
                return (
                  <Cell
                    // biome-ignore lint/suspicious/noArrayIndexKey: a column's place is its identity.
                    key={i}
                    scope={cell.text === '' ? undefined : 'col'}
                    style={{ textAlign: cell.align ?? 'left' }}
                  >
                    {blocks(cell.tokens)}
                  </Cell>
                );
              })}
            </tr>
          </thead>
        ) : null}
        <tbody>
          {token.rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row's place is its identity.
            <tr key={i}>
              {row.map((cell, j) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a cell's place is its identity.
                <td key={j} style={{ textAlign: cell.align ?? 'left' }}>
                  {blocks(cell.tokens)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

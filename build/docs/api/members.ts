import { getTextOfJSDocComment, isJSDoc, type Node } from 'typescript/unstable/ast';
import {
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isPropertyDeclaration,
} from 'typescript/unstable/ast/is';

/** A property or method of an interface or a class. */
export interface ApiMember {
  /** As it is declared, on one line, bodies and values left out. */
  readonly declaration: string;
  /** Markdown. */
  readonly doc: string;
}

/** What others see of an interface or a class, in the order of the source. */
export function membersOf(node: Node): readonly ApiMember[] {
  if (!isInterfaceDeclaration(node) && !isClassDeclaration(node)) return [];
  const members = [...node.members].filter(isSeen);
  return members
    .filter((member) => !isOverloaded(member, members))
    .map((member) => ({ declaration: onOneLine(withoutBody(member)), doc: docOf(member) }));
}

/** What TypeScript or the language keeps inside is not told. */
export function isSeen(member: Node): boolean {
  return !/^(?:(?:static|readonly|override) )*(?:private |protected |#)/.test(member.getText());
}

/** A body whose ways of being called are declared before it is no way of calling it. */
function isOverloaded(member: Node, all: readonly Node[]): boolean {
  if (bodyOf(member) === undefined) return false;
  return all.some(
    (other) => other !== member && bodyOf(other) === undefined && nameOf(other) === nameOf(member),
  );
}

function nameOf(member: Node): string | undefined {
  if (isConstructorDeclaration(member)) return 'constructor';
  return isMethodDeclaration(member) ? member.name.getText() : undefined;
}

function bodyOf(node: Node): Node | undefined {
  return isFunctionDeclaration(node) ||
    isMethodDeclaration(node) ||
    isConstructorDeclaration(node) ||
    isGetAccessorDeclaration(node)
    ? node.body
    : undefined;
}

/** The text of a declaration up to its body or its value; a comment inside is left out. */
export function withoutBody(node: Node): string {
  const value = isPropertyDeclaration(node) && node.type ? node.initializer : undefined;
  const end = bodyOf(node) ?? value;
  const text = node.getText();
  const told = end ? text.slice(0, end.getStart() - node.getStart()).replace(/\s*=?\s*$/, '') : text;
  return told
    .replace(/\/\*\*?[\s\S]*?\*\/\s*/g, '')
    .replace(/^export /, '')
    .replace(/^(static )?async /, '$1')
    .replace(/[;,]$/, '')
    .trim();
}

export function onOneLine(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\( /g, '(')
    .replace(/,? \)/g, ')');
}

function docOf(member: Node): string {
  const comment = member.jsDoc?.at(-1);
  return (comment && isJSDoc(comment) ? (getTextOfJSDocComment(comment.comment) ?? '') : '').trim();
}

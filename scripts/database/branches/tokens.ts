/** The words of a function body, with where they stand. Comments and blanks are left out, literals are one token each. */
export interface Token {
  /** As written; keywords are compared in lower case, as the house writes them. */
  text: string;
  start: number;
  end: number;
}

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[A-Za-z_][\w$]*|\d[\w.]*|\s+|[\s\S]/g;

export function tokenize(source: string): Token[] {
  return [...source.matchAll(TOKEN)]
    .filter(({ 0: text }) => !/^(?:--|\/\*|\s)/.test(text))
    .map(({ 0: text, index }) => ({ text: text.toLowerCase(), start: index, end: index + text.length }));
}

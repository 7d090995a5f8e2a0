/**
 * Splits an SQL file into its statements, each with the line it begins on, so that a failing one can be named by line
 * and runs in a transaction of its own unless the file says `begin`, as in psql.
 *
 * Knows every form in which Postgres hides a semicolon: quotes, escape strings, quoted names, dollar quotes, nested
 * comments. psql's backslash commands are refused, and `begin atomic` bodies are not understood.
 */
export interface Statement {
  text: string;
  /** Line of the file, from 1, on which the statement's first word stands. */
  line: number;
}

// Each alternative swallows one token within which a semicolon means nothing.
const TOKEN =
  /--[^\n]*|\/\*|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_][A-Za-z_0-9]*)?\$|[A-Za-z_][A-Za-z_0-9$]*|\d[\w.]*|;|\\|[\s\S]/y;

export function splitStatements(source: string): Statement[] {
  const statements: Statement[] = [];
  let begin = -1; // offset of the statement's first token, or -1 between statements
  for (let offset = 0; offset < source.length; ) {
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(source)?.[0] ?? "";
    const end = endOfToken(source, offset, token);
    const isBlank = /^(?:--|\/\*|\s)/.test(token);
    if (token === "\\" && begin < 0)
      throw new SyntaxError(`line ${lineAt(source, offset)}: psql commands do not run here`);
    if (token === ";") {
      if (begin >= 0) statements.push({ text: source.slice(begin, offset), line: lineAt(source, begin) });
      begin = -1;
    } else if (begin < 0 && !isBlank) begin = offset;
    offset = end;
  }
  if (begin >= 0) statements.push({ text: source.slice(begin).trimEnd(), line: lineAt(source, begin) });
  return statements;
}

function endOfToken(source: string, offset: number, token: string): number {
  if (token === "/*") return endOfComment(source, offset);
  if (token.startsWith("$")) {
    const close = source.indexOf(token, offset + token.length);
    // "$1" and "$" never match the dollar-quote form, so a missing end is a mistake in the file.
    if (token.length > 1 && close < 0)
      throw new SyntaxError(`line ${lineAt(source, offset)}: ${token} is never closed`);
    if (token.length > 1) return close + token.length;
  }
  return offset + Math.max(token.length, 1);
}

function endOfComment(source: string, offset: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = offset;
  for (let depth = 0; ; ) {
    const found = mark.exec(source);
    if (!found) throw new SyntaxError(`line ${lineAt(source, offset)}: the comment is never closed`);
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
}

export function lineAt(source: string, offset: number): number {
  let line = 1;
  for (let at = source.indexOf("\n"); at >= 0 && at < offset; at = source.indexOf("\n", at + 1)) line++;
  return line;
}

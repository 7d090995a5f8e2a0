/**
 * Rewrites a function body so that every branch says when it is taken. Branches are the arms of plpgsql's if, case, loops
 * and exception handlers, the arms of SQL's case, and the arm that is not written: an if or a case without else has one.
 *
 * A branch reports by `raise info`: that reaches the client whatever the role, the volatility of the function, and
 * whether the transaction is rolled back afterwards. What a condition is made of (and, or) is not looked into.
 */
import { type Token, tokenize } from "./tokens.ts";

export interface Branch {
  id: number;
  /** Offset in the body of the word that opens it. */
  offset: number;
  kind: string;
}

export interface Instrumented {
  body: string;
  branches: Branch[];
}

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** Reports from within an expression; made in the database by measure.ts. */
export const BRANCH_FUNCTION = "extensions.servio_branch";
export const BRANCH_MESSAGE = "servio branch ";

/** `firstId`: ids go up from there, so that several bodies can share one run. */
export function instrument(source: string, language: "plpgsql" | "sql", firstId: number): Instrumented {
  const tokens = tokenize(source);
  const edits: Edit[] = [];
  const branches: Branch[] = [];
  let at = 0;

  const word = (ahead = 0) => tokens[at + ahead]?.text ?? "";
  const here = (): Token => tokens[at] ?? { text: "", start: source.length, end: source.length };
  const open = (kind: string, token: Token) => {
    const id = firstId + branches.length;
    branches.push({ id, offset: token.start, kind });
    return id;
  };
  const insert = (offset: number, text: string) => edits.push({ start: offset, end: offset, text });
  const say = (id: number) => ` raise info '${BRANCH_MESSAGE}${id}';`;
  const sayAfter = (kind: string, opener: Token) => {
    insert(here().end, say(open(kind, opener)));
    at++;
  };

  /** Moves to the next of these words outside of nested case expressions, which are instrumented on the way. */
  function skipTo(...words: string[]): void {
    while (at < tokens.length && !words.includes(word())) {
      if (word() === "case") caseExpression();
      else at++;
    }
  }

  function caseExpression(): void {
    const opener = here();
    at++;
    const operandStart = here().start;
    let operand = "";
    if (word() !== "when") {
      const editsBefore = edits.length;
      const branchesBefore = branches.length;
      skipTo("when");
      edits.length = editsBefore; // the operand is repeated in every arm, as it was written
      branches.length = branchesBefore;
      operand = source.slice(operandStart, here().start).trim();
      edits.push({ start: operandStart, end: here().start, text: "" });
    }
    while (word() === "when") {
      const when = here();
      at++;
      const id = open("case when", when);
      insert(when.end, ` ${BRANCH_FUNCTION}(${id}, ${operand ? `(${operand}) = (` : "("}`);
      skipTo("then");
      insert(here().start, ")) ");
      at++;
      skipTo("when", "else", "end");
    }
    if (word() === "else") {
      edits.push({ ...here(), text: `when ${BRANCH_FUNCTION}(${open("case else", here())}, true) then` });
      at++;
      skipTo("end");
    } else insert(here().start, ` when ${BRANCH_FUNCTION}(${open("case without else", opener)}, true) then null `);
    at++;
  }

  function statements(): void {
    const blocks: { kind: string; opener: Token; hasElse: boolean }[] = [];
    const top = () => blocks.at(-1);
    while (at < tokens.length) {
      const opener = here();
      const first = word();
      if (first === "declare") skipTo("begin");
      else if (first === "begin" || first === "case") {
        blocks.push({ kind: first, opener, hasElse: false });
        at++;
        if (first === "case") skipTo("when");
      } else if (first === "<") {
        skipTo(">"); // a label: <<name>>
        at += 2;
      } else if (first === "if" || first === "elsif" || first === "elseif") {
        if (first === "if") blocks.push({ kind: "if", opener, hasElse: false });
        at++;
        skipTo("then");
        sayAfter(first, opener);
      } else if (first === "when") {
        const kind = top()?.kind === "case" ? "case statement when" : "exception";
        at++;
        skipTo("then");
        sayAfter(kind, opener);
      } else if (first === "else") {
        const block = top();
        if (block) block.hasElse = true;
        sayAfter("else", opener);
      } else if (["for", "foreach", "while", "loop"].includes(first)) {
        blocks.push({ kind: "loop", opener, hasElse: false });
        skipTo("loop");
        sayAfter("loop", opener);
      } else if (first === "exception") at++;
      else if (first === "end") {
        const block = blocks.pop();
        if (block?.kind === "if" && !block.hasElse) {
          insert(opener.start, `else${say(open("if without else", block.opener))} `);
        }
        at += ["if", "loop", "case"].includes(word(1)) ? 2 : 1;
        skipTo(";");
        at++;
      } else {
        skipTo(";");
        at++;
      }
    }
  }

  if (language === "plpgsql") statements();
  else skipTo();
  return { body: applyEdits(source, edits), branches };
}

function applyEdits(source: string, edits: readonly Edit[]): string {
  let result = "";
  let offset = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    result += source.slice(offset, start) + text;
    offset = end;
  }
  return result + source.slice(offset);
}

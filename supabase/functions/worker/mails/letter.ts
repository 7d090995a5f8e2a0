// A mail of a heading, sentences and tables, in text and in HTML from the same words, so that neither says more than the
// other. Every value is text: it is put on one line, and escaped where it becomes HTML.
import { escapeHtml, oneLine } from "../../_shared/html.ts";

export interface MailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Letter {
  readonly language: string;
  readonly subject: string;
  /** Sentences, and tables of rows with a label and a value. */
  readonly parts: readonly (string | readonly (readonly [label: string, value: string])[])[];
}

const RIGHT_TO_LEFT = ["ar"];

export function letter({ language, subject, parts }: Letter): MailContent {
  const filled = parts.filter((part) => part.length > 0);
  const direction = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  const cell = (text: string) => escapeHtml(oneLine(text));
  const table = (rows: Exclude<Letter["parts"][number], string>) =>
    rows.map(([label, value]) => `<tr><td>${cell(label)}</td><td><strong>${cell(value)}</strong></td></tr>`).join("\n");
  return {
    subject: oneLine(subject),
    text: filled
      .map((part) =>
        typeof part === "string"
          ? oneLine(part)
          : part.map(([label, value]) => `${oneLine(label)}: ${oneLine(value)}`).join("\n"),
      )
      .join("\n\n"),
    html: `<!doctype html>
<html lang="${escapeHtml(language)}" dir="${direction}">
<body style="font-family: sans-serif; line-height: 1.5">
${filled.map((part) => (typeof part === "string" ? `<p>${cell(part)}</p>` : `<table cellpadding="4">\n${table(part)}\n</table>`)).join("\n")}
</body>
</html>
`,
  };
}

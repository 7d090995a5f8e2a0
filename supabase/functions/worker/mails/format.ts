// How a venue writes numbers, money and dates, and which of the languages of these mails it reads. A locale or currency that
// nobody knows is no reason to send nothing: British English and the bare number stand in.
import { type MailWords, WORDS } from "./words.ts";

export interface Format {
  readonly language: string;
  readonly words: MailWords;
  readonly money: (minor: number) => string;
  readonly count: (value: number) => string;
  readonly day: (date: string) => string;
}

export function formatOf(locale: string, currency: string): Format {
  const known = canonical(locale) ?? "en-GB";
  const [language = "en"] = known.toLowerCase().split("-");
  const offered = WORDS[language];
  const tag = offered ? known : "en-GB";
  const money = moneyOf(tag, currency);
  const count = new Intl.NumberFormat(tag, { maximumFractionDigits: 3 });
  const day = new Intl.DateTimeFormat(tag, { dateStyle: "full", timeZone: "UTC" });
  return {
    language: offered ? language : "en",
    words: offered ?? WORDS.en,
    money,
    count: (value) => count.format(value),
    day: (date) => day.format(new Date(`${date}T00:00:00Z`)),
  };
}

function canonical(locale: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return undefined;
  }
}

function moneyOf(tag: string, currency: string): (minor: number) => string {
  const format = new Intl.NumberFormat(tag, { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (minor) => format.format(minor / 10 ** digits);
}

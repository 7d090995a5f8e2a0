// The words of the mails to members, in the languages that menus are offered in. {braces} are filled in.
import { EUROPEAN } from "./words-european.ts";
import { FURTHER } from "./words-further.ts";
import { TROUBLE, type TroubleWords } from "./words-trouble.ts";

export interface Words {
  readonly low_stock_subject: string;
  readonly low_stock: string;
  readonly left: string;
  readonly on_order: string;
  readonly pieces: string;
  readonly close_subject: string;
  readonly close: string;
  readonly orders: string;
  readonly cancelled: string;
  readonly gross: string;
  readonly refunds: string;
  readonly net: string;
  readonly tax: string;
  readonly tips: string;
  readonly payments: string;
  readonly cash: string;
  readonly card: string;
  readonly online: string;
  readonly differences: string;
  readonly unpaid: string;
  readonly held: string;
  readonly written_off: string;
  readonly expired: string;
  readonly closed: string;
  readonly unsettled: string;
  readonly open_drawers: string;
  readonly no_table: string;
  readonly webhook_subject: string;
  readonly webhook_failing: string;
  readonly webhook_gone: string;
  readonly webhook_again: string;
}

const ENGLISH: Words = {
  low_stock_subject: "{venue}: {count} running low",
  low_stock: "This is running low at {venue}:",
  left: "{quantity} left, reorder at {level}",
  on_order: "{quantity} on order",
  pieces: "pcs",
  close_subject: "{venue}: {day} is closed",
  close: "This is how {day} closed at {venue}.",
  orders: "Orders",
  cancelled: "Cancelled",
  gross: "Gross revenue",
  refunds: "Refunds",
  net: "Net revenue",
  tax: "Tax",
  tips: "Tips",
  payments: "Payments less refunds:",
  cash: "Cash",
  card: "Card at the till",
  online: "Online",
  differences: "Differences and what the close did:",
  unpaid: "Unpaid on orders",
  held: "Held for cancelled orders",
  written_off: "Written off",
  expired: "Orders that expired unpaid",
  closed: "Tables and sessions closed",
  unsettled: "Left open because something is unpaid:",
  open_drawers: "Cash drawers that nobody has counted:",
  no_table: "Without a table",
  webhook_subject: "{organisation}: webhooks to {host} are switched off",
  webhook_failing: "{host} has taken no webhook since {day}. Nothing more is sent there.",
  webhook_gone: "{host} answered that it wants no more webhooks. Nothing more is sent there.",
  webhook_again: "Once it works, switch the endpoint on again. What it missed can be sent again for 30 days.",
};

export type MailWords = Words & TroubleWords;

const { en, ...others } = TROUBLE;
const TRANSLATED: Readonly<Record<keyof typeof others, Words>> = { ...EUROPEAN, ...FURTHER };

export const WORDS: Readonly<Record<string, MailWords>> & { readonly en: MailWords } = {
  ...Object.fromEntries(
    Object.entries(TRANSLATED).map(([language, words]) => [
      language,
      { ...words, ...others[language as keyof typeof others] },
    ]),
  ),
  en: { ...ENGLISH, ...en },
};

export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (brace, name: string) => values[name] ?? brace);

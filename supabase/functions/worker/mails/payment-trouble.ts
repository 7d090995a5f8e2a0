// Money that needs a person: an event that contradicts the books, a refund that came back, a dispute.
import { z } from "zod";
import { formatOf } from "./format.ts";
import { letter, type MailContent } from "./letter.ts";
import { fill } from "./words.ts";

export const paymentTroubleSchema = z.object({
  to: z.string().min(3),
  venue: z.string(),
  locale: z.string(),
  currency: z.string(),
  kind: z.enum(["event_quarantined", "refund_failed", "dispute_opened", "dispute_won", "dispute_lost"]),
  order_number: z.number().int(),
  amount_minor: z.number().int(),
});

export function paymentTroubleMail(values: Omit<z.output<typeof paymentTroubleSchema>, "to">): MailContent {
  const { venue, kind, order_number, amount_minor } = values;
  const { language, words, money } = formatOf(values.locale, values.currency);
  const order = `#${String(order_number).padStart(3, "0")}`;
  return letter({
    language,
    subject: fill(words.trouble_subject, { venue }),
    parts: [fill(words[kind], { order, amount: money(amount_minor) })],
  });
}

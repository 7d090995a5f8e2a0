// What owners are told of their subscription: that the trial ends, that a payment failed, that all is read-only now.
import { z } from "zod";
import { formatOf } from "./format.ts";
import { letter, type MailContent } from "./letter.ts";
import { fill } from "./words.ts";
import { BILLING_WORDS } from "./words-billing.ts";

export const BILLING_TEMPLATES = ["trial_ending", "payment_failed", "read_only"] as const;
export type BillingTemplate = (typeof BILLING_TEMPLATES)[number];

export const billingSchema = z.object({
  to: z.string().min(3),
  organisation: z.string(),
  locale: z.string(),
  ends_at: z.iso.datetime({ offset: true }).nullable(),
});

export function billingMail(
  template: BillingTemplate,
  { organisation, locale, ends_at }: Omit<z.output<typeof billingSchema>, "to">,
): MailContent {
  // No amount is named: the currency plays no part.
  const { language, day } = formatOf(locale, "GBP");
  const words = BILLING_WORDS[language] ?? BILLING_WORDS.en;
  const values = { organisation, day: ends_at === null ? "" : day(ends_at.slice(0, 10)) };
  return letter({
    language,
    subject: fill(words[`${template}_subject`], values),
    parts: [fill(words[template], values)],
  });
}

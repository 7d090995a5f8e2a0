// That an endpoint takes no webhooks any more, for those who manage the organisation's integrations.
import { z } from "zod";
import { formatOf } from "./format.ts";
import { letter, type MailContent } from "./letter.ts";
import { fill } from "./words.ts";

export const webhookDisabledSchema = z.object({
  to: z.string().min(3),
  organisation: z.string(),
  locale: z.string(),
  currency: z.string(),
  host: z.string(),
  because: z.enum(["failing", "gone"]),
  failing_since: z.iso.datetime({ offset: true }),
});

export function webhookDisabledMail(values: Omit<z.output<typeof webhookDisabledSchema>, "to">): MailContent {
  const { organisation, host, because, failing_since } = values;
  const { language, words, day } = formatOf(values.locale, values.currency);
  const since = day(failing_since.slice(0, 10));
  return letter({
    language,
    subject: fill(words.webhook_subject, { organisation, host }),
    parts: [
      because === "gone" ? fill(words.webhook_gone, { host }) : fill(words.webhook_failing, { host, day: since }),
      words.webhook_again,
    ],
  });
}

// The queue of mails. A message names a template, its subject and perhaps a secret; to whom it goes and what it says is asked
// of the database now, and a mail whose reason has gone (cancelled, restocked, no longer allowed to know) is not sent. A worker
// that dies between sending and finishing sends again under the same Message-ID, by which mailboxes drop the second copy.
import { z } from "zod";
import { type Mail, MailError, type Mailer } from "../_shared/mailer.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type JobOutcome, type Queue } from "./job.ts";
import { BILLING_TEMPLATES, billingMail, billingSchema } from "./mails/billing.ts";
import { dailyCloseMail, dailyCloseSchema } from "./mails/daily-close.ts";
import { invitationMail, invitationSchema } from "./mails/invitation.ts";
import type { MailContent } from "./mails/letter.ts";
import { lowStockMail, lowStockSchema } from "./mails/low-stock.ts";
import { paymentTroubleMail, paymentTroubleSchema } from "./mails/payment-trouble.ts";
import { webhookDisabledMail, webhookDisabledSchema } from "./mails/webhook-disabled.ts";

export interface MailDependencies {
  readonly rpc: Rpc;
  readonly mailer: Mailer;
  readonly appUrl: string;
}

const mailRequested = z.discriminatedUnion("template", [
  z.object({
    template: z.literal("invitation"),
    subject_id: z.guid(),
    secrets: z.object({ token: z.string().min(1) }),
  }),
  z.object({ template: z.literal("low_stock"), subject_id: z.guid() }),
  z.object({ template: z.literal("daily_close"), subject_id: z.guid() }),
  z.object({ template: z.literal("webhook_disabled"), subject_id: z.guid() }),
  z.object({ template: z.literal("payment_trouble"), subject_id: z.guid() }),
  z.object({ template: z.enum(BILLING_TEMPLATES), subject_id: z.guid() }),
]);

function write(
  request: z.output<typeof mailRequested>,
  values: unknown,
  appUrl: string,
): { readonly to: string; readonly content: MailContent } {
  switch (request.template) {
    case "invitation": {
      const { to, ...invitation } = invitationSchema.parse(values);
      return { to, content: invitationMail(invitation, { appUrl, token: request.secrets.token }) };
    }
    case "low_stock": {
      const { to, ...stock } = lowStockSchema.parse(values);
      return { to, content: lowStockMail(stock) };
    }
    case "daily_close": {
      const { to, ...close } = dailyCloseSchema.parse(values);
      return { to, content: dailyCloseMail(close) };
    }
    case "webhook_disabled": {
      const { to, ...endpoint } = webhookDisabledSchema.parse(values);
      return { to, content: webhookDisabledMail(endpoint) };
    }
    case "payment_trouble": {
      const { to, ...trouble } = paymentTroubleSchema.parse(values);
      return { to, content: paymentTroubleMail(trouble) };
    }
    case "trial_ending":
    case "payment_failed":
    case "read_only": {
      const { to, ...subscription } = billingSchema.parse(values);
      return { to, content: billingMail(request.template, subscription) };
    }
  }
}

/** A mail as a job's outcome: what the server refuses for good is tried no more. */
export async function sendMail(mailer: Mailer, mail: Mail): Promise<JobOutcome> {
  try {
    await mailer.send(mail);
    return DONE;
  } catch (error) {
    if (error instanceof MailError) return { done: false, error: error.message, final: error.permanent };
    throw error;
  }
}

export const mailQueue = ({ rpc, mailer, appUrl }: MailDependencies): Queue => ({
  name: "mail",
  batch: 5,
  topics: {
    "mail.requested": async (payload, trace) => {
      const request = mailRequested.parse(payload);
      const { template, subject_id } = request;
      const values = await rpc("get_mail", { p_template: template, p_subject_id: subject_id }, trace);
      if (values === null) return DONE;
      const { to, content } = write(request, values, appUrl);
      return await sendMail(mailer, { to, id: `${template}.${subject_id}`, ...content });
    },
  },
});

// The queue of mails. A message names a template, its subject and a secret; to whom it goes and what it says is asked of
// the database now, and a mail whose reason has gone (cancelled, accepted, expired) is not sent. A worker that dies
// between sending and finishing sends again under the same Message-ID, by which mailboxes drop the second copy.
import { z } from "zod";
import { MailError, type Mailer } from "../_shared/mailer.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type Queue } from "./job.ts";
import { invitationMail, invitationSchema } from "./mails/invitation.ts";

export interface MailDependencies {
  readonly rpc: Rpc;
  readonly mailer: Mailer;
  readonly appUrl: string;
}

const mailRequested = z.object({
  template: z.literal("invitation"),
  subject_id: z.guid(),
  secrets: z.object({ token: z.string().min(1) }),
});

export const mailQueue = ({ rpc, mailer, appUrl }: MailDependencies): Queue => ({
  name: "mail",
  batch: 5,
  topics: {
    "mail.requested": async (payload, trace) => {
      const { template, subject_id, secrets } = mailRequested.parse(payload);
      const values = await rpc("get_mail", { p_template: template, p_subject_id: subject_id }, trace);
      if (values === null) return DONE;
      const { to, ...invitation } = invitationSchema.parse(values);
      const content = invitationMail(invitation, { appUrl, token: secrets.token });
      try {
        await mailer.send({ to, id: `${template}.${subject_id}`, ...content });
        return DONE;
      } catch (error) {
        if (error instanceof MailError) return { done: false, error: error.message, final: error.permanent };
        throw error;
      }
    },
  },
});

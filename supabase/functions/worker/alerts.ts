// What needs one of the platform's operators: a dead letter, a provider's event in quarantine. Written with it, so there is one
// alert for each; it goes to the log and to Sentry, and in a job of its own to the operators' mailbox, where there is one.
// Readiness goes on saying so until somebody has acted.
import { z } from "zod";
import type { Log } from "../_shared/log.ts";
import type { Mailer } from "../_shared/mailer.ts";
import type { Report } from "../_shared/report.ts";
import type { Queue } from "./job.ts";
import { DONE } from "./job.ts";
import { sendMail } from "./mail.ts";
import { letter } from "./mails/letter.ts";

export interface AlertsDependencies {
  readonly mailer: Mailer;
  /** Absent: readiness, the log and Sentry are what there is. */
  readonly operatorsMail: string | undefined;
  readonly report: Report;
  readonly log: Log;
}

const alert = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("dead_letter"),
    alert_id: z.guid(),
    queue: z.string(),
    letter_id: z.number(),
    topic: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("event_quarantined"),
    alert_id: z.guid(),
    event_id: z.string(),
    type: z.string(),
    outcome: z.string(),
  }),
]);
type Alert = z.output<typeof alert>;

const WORDS = {
  dead_letter: ["A job is a dead letter", "list_dead_letters shows its error; replay_dead_letters tries it again."],
  event_quarantined: [
    "An event of the payment provider is in quarantine",
    "list_quarantined_events shows it; resolve_provider_event ends it.",
  ],
} as const;

/** What Sentry groups by: the words, and what kind of thing it is about. */
class OperatorsAlert extends Error {
  override readonly name = "OperatorsAlert";
}
const titleOf = (about: Alert): string =>
  `${WORDS[about.kind][0]}: ${about.kind === "dead_letter" ? `${about.queue} ${about.topic ?? ""}`.trim() : about.type}`;
const textOf = (about: Alert): Record<string, string> =>
  Object.fromEntries(Object.entries(about).map(([key, value]) => [key, String(value)]));

export const alerts = ({ mailer, operatorsMail, report, log }: AlertsDependencies): Queue => ({
  name: "alerts",
  batch: 5,
  topics: {
    "operators.alerted": (payload, trace) => {
      const about = alert.parse(payload);
      log.write("error", "operators alerted", { ...about, trace_id: trace.traceId });
      report(new OperatorsAlert(titleOf(about)), { ...textOf(about), trace_id: trace.traceId });
      return Promise.resolve(DONE);
    },

    "operators.mailed": async (payload) => {
      const about = alert.parse(payload);
      if (operatorsMail === undefined) return DONE;
      const parts = [`${WORDS[about.kind][0]}.`, Object.entries(textOf(about)), WORDS[about.kind][1]];
      const content = letter({ language: "en", subject: titleOf(about), parts });
      return await sendMail(mailer, { to: operatorsMail, id: `alert.${about.alert_id}`, ...content });
    },
  },
});

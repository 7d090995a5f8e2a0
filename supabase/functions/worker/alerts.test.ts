import assert from "node:assert/strict";
import { createLog } from "../_shared/log.ts";
import { type Mail, MailError, mailSchema } from "../_shared/mailer.ts";
import { alerts } from "./alerts.ts";
import { DONE, runJob } from "./job.ts";

const ALERT_ID = "3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a";
const dead = {
  kind: "dead_letter",
  alert_id: ALERT_ID,
  queue: "provider_calls",
  letter_id: 7,
  topic: "refund.requested",
};
const quarantined = {
  ...{ kind: "event_quarantined", alert_id: ALERT_ID, event_id: "evt_1" },
  ...{ type: "payment_intent.succeeded", outcome: "amount_mismatch" },
};

function setting(operatorsMail?: string, refusal?: MailError) {
  const lines: Record<string, unknown>[] = [];
  const reported: { message: string; tags: Record<string, string> }[] = [];
  const mails: Mail[] = [];
  const queue = alerts({
    mailer: { send: (mail) => (refusal ? Promise.reject(refusal) : Promise.resolve(void mails.push(mail))) },
    operatorsMail,
    report: (error, tags) => void reported.push({ message: (error as Error).message, tags }),
    log: createLog({}, (line) => lines.push(JSON.parse(line))),
  });
  const run = (topic: string, payload: unknown) => runJob({ topic, payload, trace_id: "1".repeat(32) }, queue);
  return { lines, reported, mails, run };
}

Deno.test("a dead letter is one error in the log and one in Sentry, by its ids, and no mail by the way", async () => {
  const { run, lines, reported, mails } = setting("ops@example.test");
  assert.deepEqual(await run("operators.alerted", dead), DONE);
  const [{ at: _, ...line } = {}, ...others] = lines;
  assert.equal(others.length, 0);
  const trace_id = "1".repeat(32);
  assert.deepEqual(line, { level: "error", message: "operators alerted", ...dead, trace_id });
  assert.deepEqual(reported, [
    {
      message: "A job is a dead letter: provider_calls refund.requested",
      tags: { ...dead, letter_id: "7", trace_id },
    },
  ]);
  assert.deepEqual(mails, []);
});

Deno.test("so is an event in quarantine; a letter that never was a message has no topic", async () => {
  const { run, reported } = setting();
  assert.deepEqual(await run("operators.alerted", quarantined), DONE);
  assert.deepEqual(await run("operators.alerted", { ...dead, topic: null }), DONE);
  assert.deepEqual(
    reported.map(({ message }) => message),
    [
      "An event of the payment provider is in quarantine: payment_intent.succeeded",
      "A job is a dead letter: provider_calls",
    ],
  );
});

Deno.test("the operators' mail says what to do, is the same mail when it is repeated, and reports nothing again", async () => {
  const { run, mails, reported, lines } = setting("ops@example.test");
  for (let n = 0; n < 2; n += 1) assert.deepEqual(await run("operators.mailed", dead), DONE);
  assert.deepEqual([mails.length, mails[0]], [2, mails[1]]);
  const [mail] = mails;
  assert.deepEqual([mail?.to, mail?.id], ["ops@example.test", `alert.${ALERT_ID}`]);
  assert.match(mail?.subject ?? "", /provider_calls refund\.requested/);
  assert.match(mail?.text ?? "", /letter_id: 7[\s\S]*list_dead_letters/);
  assert.deepEqual([reported, lines], [[], []]);
});

Deno.test("without an address there is no mail; with one, a server that is away is tried again", async () => {
  const nobody = setting();
  assert.deepEqual(await nobody.run("operators.mailed", quarantined), DONE);
  assert.deepEqual(nobody.mails, []);
  const away = setting("ops@example.test", new MailError("mail: ETIMEDOUT", false));
  assert.deepEqual(await away.run("operators.mailed", dead), { done: false, error: "mail: ETIMEDOUT", final: false });
  const malformed = await away.run("operators.alerted", { kind: "mood" });
  assert.ok(!malformed.done && malformed.final);
});

Deno.test("the operators' address is one, or none", () => {
  const env = { MAIL_URL: "smtps://mail.example", MAIL_FROM: "a@example.test", APP_URL: "https://app.example" };
  const read = (more: object) => mailSchema.safeParse({ ...env, ...more }).success;
  assert.deepEqual(
    [read({}), read({ OPERATORS_MAIL: "ops@example.test" }), read({ OPERATORS_MAIL: "ops" })],
    [true, true, false],
  );
});

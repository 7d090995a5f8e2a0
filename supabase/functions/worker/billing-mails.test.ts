import assert from "node:assert/strict";
import { BILLING_TEMPLATES, billingMail } from "./mails/billing.ts";
import { BILLING_WORDS } from "./mails/words-billing.ts";
import { withMail } from "./testing.ts";

const SUBJECT_ID = "3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a";
const values = { organisation: "House", locale: "en-GB", ends_at: "2026-03-28T12:00:00+00:00" };

for (const template of BILLING_TEMPLATES) {
  Deno.test(`${template} is asked of the database and sent to whom it names`, () =>
    withMail({ ...values, to: "ann@example.test" }, async ({ send, mails, asked }) => {
      assert.deepEqual(await send({ template, subject_id: SUBJECT_ID }), { done: true });
      assert.deepEqual(asked[0]?.args, { p_template: template, p_subject_id: SUBJECT_ID });
      const [mail = ""] = await mails();
      assert.match(mail, /^Delivered-To: ann@example\.test\r$/m);
      assert.match(mail, new RegExp(`Message-ID:\\s+<${template}\\.${SUBJECT_ID}@servio\\.example>`));
    }));
}

Deno.test("each says what is the matter and until when, in the organisation's language", () => {
  const english = billingMail("trial_ending", values);
  assert.match(english.subject, /^House: the trial ends on Saturday,? 28 March 2026$/);
  assert.match(
    billingMail("payment_failed", { ...values, locale: "de-DE" }).text,
    /bis Samstag, 28\. März 2026 weiter/,
  );
  assert.ok(!billingMail("read_only", { ...values, ends_at: null }).text.includes("{"));
  assert.match(billingMail("read_only", { ...values, locale: "ar-EG" }).html, /dir="rtl"/);
  assert.equal(billingMail("read_only", { ...values, locale: "sv-SE" }).subject, "House is read-only now");
});

Deno.test("every language says everything, with the same places to fill in", () => {
  assert.deepEqual(Object.keys(BILLING_WORDS).sort(), ["ar", "de", "en", "es", "fr", "it", "ja", "pt", "zh"]);
  const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
  for (const [language, words] of Object.entries(BILLING_WORDS)) {
    assert.deepEqual(Object.keys(words), Object.keys(BILLING_WORDS.en));
    for (const [name, text] of Object.entries(words)) {
      assert.deepEqual(places(text), places(BILLING_WORDS.en[name as keyof typeof words]), `${language}.${name}`);
    }
  }
});

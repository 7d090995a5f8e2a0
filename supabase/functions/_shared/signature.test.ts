// What the handlers' tests do not say of signatures: which header is missing, and whose fault another failure is.
import assert from "node:assert/strict";
import { Webhook } from "standardwebhooks";
import { aiWebhookSchema, createVerifyAiEvent } from "./ai-signature.ts";
import { parseEnv } from "./env.ts";
import { Problem } from "./problem.ts";
import { createVerifySignature } from "./signature.ts";

const BODY = new TextEncoder().encode("{}");
const SECRET = `whsec_${btoa("a secret of the tests, long enough")}`;
const refusal = async (verified: Promise<void>) => {
  const error = await verified.catch((reason) => reason);
  assert.ok(error instanceof Problem && error.code === "signature_invalid", String(error));
  return error.fields.detail;
};

Deno.test("a header that is missing is named", async () => {
  const verify = createVerifySignature("whsec_tests");
  assert.match(await refusal(verify(BODY, null)), /Stripe-Signature/);
  assert.doesNotMatch(await refusal(verify(BODY, "t=1,v1=00")), /Stripe-Signature/);
  const at = new Date();
  const headers = {
    "webhook-id": "wh_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(SECRET).sign("wh_1", at, "{}"),
  };
  const verifyAi = createVerifyAiEvent(SECRET);
  await verifyAi(BODY, new Headers(headers));
  for (const name of Object.keys(headers)) {
    const others = Object.entries(headers).filter(([header]) => header !== name);
    assert.match(await refusal(verifyAi(BODY, new Headers(others))), new RegExp(name));
  }
  assert.doesNotMatch(await refusal(verifyAi(BODY, new Headers({ ...headers, "webhook-id": "wh_2" }))), /webhook-/);
});

Deno.test("a secret that is none is our fault, and no forgery", async () => {
  const headers = new Headers({ "webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,AA==" });
  headers.set("webhook-timestamp", String(Math.floor(Date.now() / 1000)));
  await assert.rejects(createVerifyAiEvent("whsec_%%%")(BODY, headers), (error) => !(error instanceof Problem));
});

Deno.test("the secret of the model provider's webhooks is checked at the start", () => {
  const read = (value: string) =>
    parseEnv(aiWebhookSchema, (name) => (name === "OPENAI_WEBHOOK_SECRET" ? value : undefined));
  for (const secret of [SECRET, "whsec_0123456789abcdef", "whsec_0123456789abcdef=", "whsec_0123456789+/cdef=="]) {
    assert.deepEqual(read(secret), { OPENAI_WEBHOOK_SECRET: secret });
  }
  for (const secret of ["", "whsec_", "whsec_0123456789abcde", "whsec_0123456789abcdef===", "sk_0123456789abcdef"]) {
    assert.throws(() => read(secret), /OPENAI_WEBHOOK_SECRET/, secret);
  }
  for (const secret of ["xwhsec_0123456789abcdef", "whsec_0123456789abcdef!", "whsec_%123456789abcdef"]) {
    assert.throws(() => read(secret), /OPENAI_WEBHOOK_SECRET/, secret);
  }
});

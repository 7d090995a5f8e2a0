import assert from "node:assert/strict";
import { defaultKey, isLiveKey, readEnv } from "./env.ts";

const complete: Record<string, string> = {
  SUPABASE_URL: "http://127.0.0.1:54321",
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_1"}',
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_1"}',
  SUPABASE_JWKS: '{"keys":[{"kty":"EC"}]}',
  STRIPE_SECRET_KEY: "sk_test_1",
  STRIPE_WEBHOOK_SECRET: "whsec_1",
};
const read = (changes: Record<string, string | undefined> = {}) =>
  readEnv((name) => ({ ...complete, ...changes })[name]);

Deno.test("a complete environment is read, with what is optional left out", () => {
  const env = read({ SENTRY_DSN: "" });
  assert.deepEqual(env.SUPABASE_SECRET_KEYS, { default: "sb_secret_1" });
  assert.equal(env.STRIPE_API_URL, undefined);
  assert.equal(env.SENTRY_DSN, undefined);
});

for (const name of Object.keys(complete)) {
  Deno.test(`without ${name} the function stops with that name`, () => {
    assert.throws(() => read({ [name]: undefined }), new RegExp(`${name} is missing`));
    assert.throws(() => read({ [name]: "" }), new RegExp(`${name} is missing`));
  });
}

Deno.test("what is malformed is named, and its value is not shown", () => {
  for (const name of ["SUPABASE_PUBLISHABLE_KEYS", "SUPABASE_SECRET_KEYS", "SUPABASE_JWKS"]) {
    assert.throws(
      () => read({ [name]: "hunter2{" }),
      (error: Error) => error.message.includes(`${name}: is not JSON`) && !error.message.includes("hunter2"),
    );
  }
  assert.throws(() => read({ SUPABASE_SECRET_KEYS: "{}" }), /SUPABASE_SECRET_KEYS: holds no key/);
  assert.throws(() => read({ STRIPE_API_URL: "not a url" }), /STRIPE_API_URL/);
});

Deno.test("a live key goes to Stripe alone", () => {
  assert.equal(read({ STRIPE_API_URL: "http://127.0.0.1:1" }).STRIPE_API_URL, "http://127.0.0.1:1");
  assert.throws(
    () => read({ STRIPE_API_URL: "http://127.0.0.1:1", STRIPE_SECRET_KEY: "sk_live_1" }),
    /STRIPE_API_URL: is set while STRIPE_SECRET_KEY is a live key/,
  );
});

Deno.test("several things wrong are told of together, each by its name", () => {
  const message = (changes: Record<string, string | undefined>) => {
    try {
      read(changes);
      return "";
    } catch (error) {
      return String(error);
    }
  };
  const both = message({ SUPABASE_URL: "nowhere", STRIPE_SECRET_KEY: undefined });
  assert.match(both, /environment: SUPABASE_URL: .+; STRIPE_SECRET_KEY is missing$/);
  for (const name of ["AUTH_ISSUER", "SENTRY_DSN", "SUPABASE_URL"]) {
    assert.match(message({ [name]: "nowhere" }), new RegExp(`${name}: `));
  }
  assert.match(message({ SUPABASE_JWKS: '{"keys":[{}]}' }), /SUPABASE_JWKS: /);
  assert.match(message({ SUPABASE_JWKS: "{}" }), /SUPABASE_JWKS: /);
  assert.match(message({ SUPABASE_PUBLISHABLE_KEYS: '{"default":""}' }), /SUPABASE_PUBLISHABLE_KEYS: /);
});

Deno.test("what is optional is read when it is there", () => {
  const optional = {
    SUPABASE_ANON_KEY: "anon",
    SUPABASE_SERVICE_ROLE_KEY: "service",
    AUTH_ISSUER: "http://auth.example/auth/v1",
    STRIPE_CONNECT_WEBHOOK_SECRET: "whsec_2",
    STRIPE_API_URL: "http://127.0.0.1:1",
    SENTRY_DSN: "https://public@sentry.example/1",
    SENTRY_ENVIRONMENT: "staging",
  };
  assert.deepEqual({ ...read(optional), ...optional }, read(optional));
  assert.deepEqual(read().SUPABASE_JWKS, { keys: [{ kty: "EC" }] });
});

Deno.test("a key says in which of Stripe's worlds it works", () => {
  for (const key of ["sk_live_1", "rk_live_1"]) assert.ok(isLiveKey(key), key);
  for (const key of ["sk_test_1", "rk_test_1", "pk_live_1", "test_sk_live_1"]) assert.ok(!isLiveKey(key), key);
});

Deno.test("of several keys the default one is used, or else the first", () => {
  assert.equal(defaultKey({ other: "1", default: "2" }), "2");
  assert.equal(defaultKey({ other: "1", more: "3" }), "1");
  assert.throws(() => defaultKey({}), /holds no key/);
});

import assert from "node:assert/strict";
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose";
import { createIdentify, refuseInvalid, requireSecret } from "./caller.ts";
import { createKeyring } from "./keyring.ts";
import { Problem } from "./problem.ts";
import { KEYS, NOW, testProject, USER_ID } from "./testing.ts";

const project = await testProject();
const outcome = async (headers: Record<string, string>) => {
  const caller = await project.identify(new Headers(headers));
  return caller.outcome === "matched" ? `matched ${caller.kind}` : caller.outcome;
};
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

Deno.test("nobody, or a guest's app, is absent", async () => {
  assert.equal(await outcome({}), "absent");
  assert.equal(await outcome({ apikey: KEYS.publishable }), "absent");
  assert.equal(await outcome({ apikey: KEYS.anon, ...bearer(KEYS.anon) }), "absent");
  assert.equal(await outcome({ apikey: KEYS.publishable, ...bearer(KEYS.publishable) }), "absent");
});

Deno.test("a user's token matches, with and without an API key", async () => {
  const token = await project.token();
  assert.equal(await outcome(bearer(token)), "matched user");
  const caller = await project.identify(new Headers({ apikey: KEYS.publishable, ...bearer(token) }));
  assert.deepEqual(caller, { outcome: "matched", kind: "user", userId: USER_ID, token });
});

Deno.test("the secret key matches wherever it is presented, each of them", async () => {
  assert.equal(await outcome({ apikey: KEYS.secret }), "matched secret");
  assert.equal(await outcome({ apikey: "sb_secret_worker" }), "matched secret");
  assert.equal(await outcome(bearer(KEYS.serviceRole)), "matched secret");
  assert.equal(await outcome({ apikey: KEYS.serviceRole }), "matched secret");
});

Deno.test("a user who also presents the secret key stays that user", async () => {
  assert.equal(await outcome({ apikey: KEYS.secret, ...bearer(await project.token()) }), "matched user");
});

const at = NOW.getTime() / 1000;
const refused: Record<string, () => Promise<string>> = {
  "signed by somebody else": () => project.token({}, "stranger"),
  "expired a second ago": () => project.token({ exp: at - 1 }),
  "not valid yet": () => project.token({ nbf: at + 60 }),
  "without expiry": () => project.token({ exp: undefined }),
  "of another audience": () => project.token({ aud: "somebody-else" }),
  "without audience": () => project.token({ aud: undefined }),
  "of another issuer": () => project.token({ iss: "https://elsewhere.example/auth/v1" }),
  "without subject": () => project.token({ sub: undefined }),
  "whose subject is no user id": () => project.token({ sub: "root" }),
  "that claims the service role": () => project.token({ role: "service_role" }),
  "of an anonymous role": () => project.token({ role: "anon" }),
  "signed with the public key as shared secret": () => project.sharedSecretToken(),
  "without a signature": async () => {
    const payload = btoa(JSON.stringify(decodeJwt(await project.token()))).replace(/=+$/, "");
    return `${btoa('{"alg":"none"}').replace(/=+$/, "")}.${payload}.`;
  },
  "that is no token": () => Promise.resolve("nonsense"),
};
for (const [what, token] of Object.entries(refused)) {
  Deno.test(`a token ${what} is invalid, never anonymous`, async () => {
    assert.equal(await outcome({ apikey: KEYS.publishable, ...bearer(await token()) }), "invalid");
    assert.equal(await outcome(bearer(await token())), "invalid");
  });
}

Deno.test("an unknown key or another scheme is invalid, whatever else is right", async () => {
  assert.equal(await outcome({ apikey: "sb_publishable_other" }), "invalid");
  assert.equal(await outcome({ apikey: "" }), "invalid");
  assert.equal(await outcome({ apikey: "sb_secret_other", ...bearer(await project.token()) }), "invalid");
  assert.equal(await outcome({ authorization: `Basic ${KEYS.secret}` }), "invalid");
  assert.equal(await outcome({ authorization: "Bearer " }), "invalid");
});

Deno.test("machine paths open for the secret key alone", () => {
  const code = (work: () => unknown) => {
    try {
      work();
      return "open";
    } catch (error) {
      return error instanceof Problem ? `${error.status} ${error.code}` : String(error);
    }
  };
  assert.equal(
    code(() => requireSecret({ outcome: "matched", kind: "secret" })),
    "open",
  );
  assert.equal(
    code(() => requireSecret({ outcome: "absent" })),
    "401 not_authenticated",
  );
  assert.equal(
    code(() => requireSecret({ outcome: "invalid" })),
    "401 token_invalid",
  );
  assert.equal(
    code(() => requireSecret({ outcome: "matched", kind: "user", userId: USER_ID, token: "t" })),
    "403 permission_denied",
  );
  assert.equal(
    code(() => refuseInvalid({ outcome: "invalid" })),
    "401 token_invalid",
  );
  assert.equal(
    code(() => refuseInvalid({ outcome: "absent" })),
    "open",
  );
});

Deno.test("any kind of key that the project publishes may sign, and no shared secret or other algorithm", async () => {
  const issuer = "https://auth.example/auth/v1";
  const kinds = ["ES256", "RS256", "EdDSA", "ES384"];
  const pairs = await Promise.all(kinds.map((alg) => generateKeyPair(alg, { extractable: true })));
  const keys = await Promise.all(
    pairs.map(async ({ publicKey }, n) => ({ kty: "", ...(await exportJWK(publicKey)), alg: kinds[n], kid: kinds[n] })),
  );
  const known = { SUPABASE_PUBLISHABLE_KEYS: { default: "p" }, SUPABASE_SECRET_KEYS: { default: "s" } };
  const env = { SUPABASE_URL: "http://kong:8000", SUPABASE_JWKS: { keys }, AUTH_ISSUER: issuer };
  const keyring = createKeyring({ ...known, SUPABASE_ANON_KEY: undefined, SUPABASE_SERVICE_ROLE_KEY: undefined });
  const sign = (n: number, iss: string, exp = at + 60) =>
    new SignJWT({ iss, aud: "authenticated", role: "authenticated", sub: USER_ID, exp })
      .setProtectedHeader({ alg: kinds[n] ?? "", kid: kinds[n] ?? "" })
      .sign(pairs[n]?.privateKey ?? new Uint8Array());
  const who = async (token: string, more: Partial<Parameters<typeof createIdentify>[0]> = {}) => {
    const identify = createIdentify({ ...env, ...more }, keyring, () => NOW);
    return (await identify(new Headers(bearer(token)))).outcome;
  };
  const outcomes = await Promise.all(kinds.map(async (_alg, n) => await who(await sign(n, issuer))));
  assert.deepEqual(outcomes, ["matched", "matched", "matched", "invalid"]);
  assert.equal(await who(await sign(0, "http://kong:8000/auth/v1")), "invalid", "the issuer is who was named");
  for (const SUPABASE_URL of ["http://kong:8000", "http://kong:8000/"]) {
    const unnamed = { SUPABASE_URL, AUTH_ISSUER: undefined };
    assert.equal(await who(await sign(0, "http://kong:8000/auth/v1"), unnamed), "matched", SUPABASE_URL);
  }
  const inTime = createIdentify(env, keyring);
  const later = Math.floor(Date.now() / 1000) + 60;
  assert.equal((await inTime(new Headers(bearer(await sign(0, issuer, later))))).outcome, "matched");
  assert.equal((await inTime(new Headers(bearer(await sign(0, issuer, later - 120))))).outcome, "invalid");
});

Deno.test("a bearer token is one word, after any way to write the scheme; a user is one uuid", async () => {
  const token = await project.token();
  for (const authorization of [`bearer ${token}`, `BEARER   ${token}`]) {
    assert.equal(await outcome({ authorization }), "matched user", authorization.slice(0, 9));
  }
  for (const authorization of [token, `Bearer${token}`, `Bearer ${token} more`, `x Bearer ${token}`]) {
    assert.equal(await outcome({ authorization }), "invalid", authorization.slice(0, 9));
  }
  for (const sub of [`${USER_ID}0`, `0${USER_ID}`, USER_ID.toUpperCase(), USER_ID.replaceAll("-", "")]) {
    assert.equal(await outcome(bearer(await project.token({ sub }))), "invalid", sub);
  }
});

/**
 * Tokens that are not what they say: signed by somebody else, by nobody, with our public key as if it were a secret,
 * altered after signing, expired, or meant for another project. The true token beside each of them opens the door.
 */
import { exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Actor, signToken, userClaims } from "../support/actors.ts";
import { must } from "../support/api.ts";
import { callFunction } from "../support/functions.ts";
import { leak } from "../support/refusal.ts";
import { foundVenue } from "../support/venue.ts";
import { httpWorld } from "../support/world.ts";

const world = httpWorld();
const { api, stack } = world;
afterAll(() => world.close());
const [owner] = (await world.users(1)) as [Actor];
const { slug } = await foundVenue(api, owner);
const claims = userClaims(stack, owner.userId ?? "", owner.email);
const { kid, d: _secret, ...publicKey } = stack.signingKey;
const now = Math.floor(Date.now() / 1000);

const base64 = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const signed = (payload: JWTPayload, key: Parameters<SignJWT["sign"]>[0], header: JWTHeaderParameters) =>
  new SignJWT(payload).setProtectedHeader(header).sign(key);

async function forgeries(): Promise<Record<string, string>> {
  const other = await generateKeyPair("ES256", { extractable: true });
  const [header = "", , signature = ""] = (owner.token ?? "").split(".");
  const pem = new TextEncoder().encode(JSON.stringify(publicKey));
  const stolen = { ...claims, role: "service_role" };
  return {
    "another key": await signed(claims, other.privateKey, { alg: "ES256", kid }),
    "another key that brings itself along": await signed(claims, other.privateKey, {
      alg: "ES256",
      jwk: await exportJWK(other.publicKey),
    }),
    "another key under a name of its own": await signed(claims, other.privateKey, { alg: "ES256", kid: "unknown" }),
    "no algorithm": `${base64({ alg: "none", typ: "JWT" })}.${base64(claims)}.`,
    "no signature": `${header}.${base64(claims)}.`,
    "the public key as a shared secret": await signed(claims, pem, { alg: "HS256", kid }),
    "the public x as a shared secret": await signed(claims, Buffer.from(publicKey.x.padEnd(64, "x")), { alg: "HS256" }),
    "a guessed shared secret": await signed(claims, new TextEncoder().encode("secret".repeat(8)), { alg: "HS256" }),
    "its role altered after signing": `${header}.${base64(stolen)}.${signature}`,
    "its user altered after signing": `${header}.${base64({ ...claims, sub: crypto.randomUUID() })}.${signature}`,
    expired: await signToken(stack, { ...claims, iat: now - 7200, exp: now - 3600 }),
    "not yet valid": await signToken(stack, { ...claims, nbf: now + 3600 }),
    "not a token": "not.a.token",
    "a fragment": header,
  };
}

const ours = { apikey: stack.publishableKey };
const bearing = (token: string) => ({ ...ours, authorization: `Bearer ${token}` });
const organisations = async (token: string) => {
  const response = await fetch(`${stack.url}/rest/v1/organisations?select=slug`, { headers: bearing(token) });
  return { status: response.status, text: await response.text() };
};
// A function that anybody may call says 422 to the body once the caller is accepted, whoever he is.
const functionStatus = async (token: string) => {
  const reply = await callFunction(stack, "payments", { body: {}, headers: bearing(token) });
  return { status: reply.status, code: (JSON.parse(reply.text) as { code: string }).code };
};

let forged: Record<string, string>;
beforeAll(async () => {
  forged = await forgeries();
});

test("the true token opens the door", async () => {
  expect(JSON.parse((await organisations(owner.token ?? "")).text)).toEqual([{ slug }]);
  expect(await functionStatus(owner.token ?? "")).toEqual({ status: 422, code: "invalid_input" });
  expect(must(await api.select(owner, "organisations?select=slug"))).toEqual([{ slug }]);
});

describe("a forged token is refused, and never taken for no token", () => {
  test("by the API", async () => {
    for (const [name, token] of Object.entries(forged)) {
      const { status, text } = await organisations(token);
      expect(status, name).toBe(401);
      expect(leak(text), name).toBeNull();
      expect(text, name).not.toContain(slug);
    }
  });

  test("by functions", async () => {
    for (const [name, token] of Object.entries(forged)) {
      expect(await functionStatus(token), name).toEqual({ status: 401, code: "token_invalid" });
    }
  });
});

test.each([
  ["another issuer", { iss: "https://another.example/auth/v1" }],
  ["another audience", { aud: "another" }],
  ["another role", { role: "anon" }],
  ["the role of the machinery", { role: "service_role" }],
  ["no user", { sub: "" }],
  ["a user that is no id", { sub: "1 or 1=1" }],
])("functions refuse %s, truly signed", async (_name, changed) => {
  expect(await functionStatus(await signToken(stack, { ...claims, ...changed }))).toEqual({
    status: 401,
    code: "token_invalid",
  });
});

test("even truly signed, a token names no role but those of the API", async () => {
  for (const role of ["postgres", "supabase_admin", "authenticator", "supabase_auth_admin", "nobody", "", null]) {
    const { status, text } = await organisations(await signToken(stack, { ...claims, role }));
    expect([400, 401, 403], `${role}: ${text}`).toContain(status);
    expect(text).not.toContain(slug);
  }
});

test("a token of nobody's user sees nothing", async () => {
  const nobody = { ...claims, sub: crypto.randomUUID() };
  expect(JSON.parse((await organisations(await signToken(stack, nobody))).text)).toEqual([]);
});

test("API keys: the missing, the guessed, and a secret where there is none", async () => {
  const get = (headers: Record<string, string>) => fetch(`${stack.url}/rest/v1/organisations`, { headers });
  expect((await get({})).status).toBe(401);
  expect((await get({ apikey: "sb_publishable_guessed" })).status).toBe(401);
  expect((await get({ apikey: "sb_secret_guessed" })).status).toBe(401);
  expect((await get({ authorization: `Bearer ${owner.token}` })).status).toBe(401);
  const dispatch = (headers: Record<string, string>) => callFunction(stack, "worker", { headers, body: {} });
  expect((await dispatch({})).status).toBe(401);
  expect((await dispatch({ authorization: `Bearer ${owner.token}` })).status).toBe(403);
  expect((await dispatch({ apikey: "sb_secret_guessed" })).status).toBe(401);
  expect((await dispatch({ apikey: stack.secretKey })).status).toBe(200);
});

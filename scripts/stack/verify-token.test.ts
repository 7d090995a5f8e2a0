// Every way to forge, outlive or confuse a token, beside the two kinds that are good.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Keys, loadKeys } from "./keys.ts";
import { tokenVerifier } from "./verify-token.ts";

const NOW = 1_800_000_000;
const dir = mkdtempSync(path.join(tmpdir(), "servio-verify-"));
let keys: Keys;
beforeAll(async () => {
  keys = await loadKeys(dir);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const claims: JWTPayload = { sub: "ada", role: "authenticated", exp: NOW + 60 };
type Key = Parameters<SignJWT["sign"]>[0];
const sign = (payload: JWTPayload, header: { alg: string; kid?: string }, key: Key) =>
  new SignJWT(payload).setProtectedHeader(header).sign(key);

describe("tokenVerifier", () => {
  it("accepts both kinds of token that the stack issues", async () => {
    const verify = await tokenVerifier(keys, () => NOW);
    const own = await importJWK(keys.signingKey, "ES256");
    expect(await verify(await sign(claims, { alg: "ES256", kid: keys.signingKey.kid }, own))).toEqual(claims);
    expect(await verify(keys.anonKey)).toMatchObject({ role: "anon" });
  });

  it("refuses everything else", async () => {
    const verify = await tokenVerifier(keys, () => NOW);
    const own = await importJWK(keys.signingKey, "ES256");
    const stranger = await generateKeyPair("ES256");
    const publicKey = await importJWK(keys.publicJwks.keys[0] ?? {}, "ES256", { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error("an EC key is no secret");
    const secret = Buffer.from(keys.jwtSecret);
    const good = await sign(claims, { alg: "ES256", kid: keys.signingKey.kid }, own);
    const [head, , signature] = good.split(".");
    const refused = {
      "another key": await sign(claims, { alg: "ES256", kid: keys.signingKey.kid }, stranger.privateKey),
      "an unknown kid": await sign(claims, { alg: "ES256", kid: "another" }, own),
      "another secret": await sign(claims, { alg: "HS256" }, Buffer.from("x".repeat(32))),
      "the public key as a secret": await sign(claims, { alg: "HS256" }, Buffer.from(await exportSPKI(publicKey))),
      "another algorithm": await sign(claims, { alg: "HS512" }, Buffer.concat([secret, secret])),
      "no signature": `${Buffer.from('{"alg":"none"}').toString("base64url")}.${good.split(".")[1]}.`,
      "changed claims": `${head}.${Buffer.from('{"role":"service_role","exp":9e9}').toString("base64url")}.${signature}`,
      "an ended token": await sign({ ...claims, exp: NOW - 1 }, { alg: "HS256" }, secret),
      "a token not yet begun": await sign({ ...claims, nbf: NOW + 30 }, { alg: "HS256" }, secret),
      "a token without an end": await sign({ role: "service_role" }, { alg: "HS256" }, secret),
      garbage: "a.b.c",
      nothing: "",
    };
    for (const [name, token] of Object.entries(refused)) expect(await verify(token), name).toBeNull();
  });

  it("does not remember a token beyond its end", async () => {
    let now = NOW;
    const verify = await tokenVerifier(keys, () => now);
    const token = await sign(claims, { alg: "HS256" }, Buffer.from(keys.jwtSecret));
    expect(await verify(token)).toEqual(claims);
    now = NOW + 61;
    expect(await verify(token)).toBeNull();
    expect(await verify(token)).toBeNull();
  });
});

// The stack's keys: made once, readable by their owner, never mixed up with damaged or foreign ones.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadKeys } from "./keys.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), "servio-keys-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("loadKeys", () => {
  it("makes one signing key per folder, for its owner's eyes only, and keeps it", async () => {
    const [one, ...others] = await Promise.all([loadKeys(dir), ...Array.from({ length: 15 }, () => loadKeys(dir))]);
    for (const other of others) expect(other.signingKey).toEqual(one.signingKey);
    expect((await loadKeys(dir)).signingKey).toEqual(one.signingKey);
    expect(readdirSync(dir)).toEqual(["signing-key.json"]);
    expect(statSync(path.join(dir, "signing-key.json")).mode & 0o777).toBe(0o600);
    expect((await loadKeys(path.join(dir, "another"))).signingKey.kid).not.toBe(one.signingKey.kid);
  });

  it("gives out the Supabase CLI's own legacy keys, and never the private half of the signing key", async () => {
    const keys = await loadKeys(dir);
    expect(keys.anonKey).toBe(
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6ImFub24iLCJleHAiOjE5ODM4MTI5OTZ9.CRXP1A7WOeoJeXxjNni43kdQwgnWNReilDMblYTn_I0",
    );
    expect(JSON.stringify([keys.jwks, keys.publicJwks])).not.toContain(keys.signingKey.d);
    expect(keys.publicJwks.keys.map(({ kty }) => kty)).toEqual(["EC"]);
  });

  it("says what to do about a damaged key file, and does not replace it", async () => {
    const file = path.join(dir, "signing-key.json");
    for (const damage of ["", "{}", '{"kty":"oct","k":"c2VjcmV0"}']) {
      writeFileSync(file, damage);
      await expect(loadKeys(dir)).rejects.toThrow(`${file} holds no ES256 signing key: delete it`);
    }
  });

  it("does not take an unreadable folder for an empty one", async () => {
    if (process.getuid?.() === 0) return; // root reads everything
    chmodSync(dir, 0o000);
    await expect(loadKeys(dir)).rejects.toThrow("EACCES");
    chmodSync(dir, 0o700);
  });
});

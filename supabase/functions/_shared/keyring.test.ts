import assert from "node:assert/strict";
import { createKeyring } from "./keyring.ts";

const named = {
  SUPABASE_PUBLISHABLE_KEYS: { default: "sb_publishable_1", kiosk: "sb_publishable_2" },
  SUPABASE_SECRET_KEYS: { default: "sb_secret_1", worker: "sb_secret_2" },
};
const legacy = { SUPABASE_ANON_KEY: "anon.key", SUPABASE_SERVICE_ROLE_KEY: "service.key" };

Deno.test("every key of the project is known by its kind, the legacy ones where there are any", async () => {
  const all = createKeyring({ ...named, ...legacy });
  for (const key of ["sb_publishable_1", "sb_publishable_2", "anon.key"])
    assert.equal(await all(key), "publishable", key);
  for (const key of ["sb_secret_1", "sb_secret_2", "service.key"]) assert.equal(await all(key), "secret", key);
  const without = createKeyring({ ...named, SUPABASE_ANON_KEY: undefined, SUPABASE_SERVICE_ROLE_KEY: undefined });
  assert.equal(await without("sb_secret_2"), "secret");
  for (const key of ["anon.key", "service.key"]) assert.equal(await without(key), null, key);
});

Deno.test("nothing else is a key: no part of one, none with more, none that is not there", async () => {
  const keyring = createKeyring({ ...named, ...legacy, SUPABASE_ANON_KEY: "", SUPABASE_SERVICE_ROLE_KEY: undefined });
  for (const text of [
    "",
    "undefined",
    "sb_secret_",
    "sb_secret_1 ",
    "sb_secret_11",
    "SB_SECRET_1",
    "sb_publishable_3",
  ]) {
    assert.equal(await keyring(text), null, text);
  }
});

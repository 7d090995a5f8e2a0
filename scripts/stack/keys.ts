// The stack's keys. Why here: every part (gateway, auth, PostgREST, functions, tests) must agree on who may sign a token.
// The shared secret and the sb_ keys are the Supabase CLI's published local defaults, so tools and examples written for
// `supabase start` work unchanged; they protect nothing and are only ever bound to the loopback. The ES256 key that signs
// users' tokens is different: it is made once per stack folder and readable by its owner alone.
import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from "jose";

/** A private EC key as a JSON Web Key, with the fields that every verifier expects. */
export type SigningKey = {
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
  d: string;
  kid: string;
  alg: "ES256";
  use: "sig";
};

export type PublicKey = Omit<SigningKey, "d">;
export type SharedKey = { kty: "oct"; k: string; alg: "HS256" };

export type Keys = {
  jwtSecret: string;
  signingKey: SigningKey;
  /** What PostgREST verifies with: the public half of the signing key, and the shared secret for the legacy keys. */
  jwks: { keys: (PublicKey | SharedKey)[] };
  /** What the world may see at /auth/v1/.well-known/jwks.json. */
  publicJwks: { keys: PublicKey[] };
  publishableKey: string;
  secretKey: string;
  anonKey: string;
  serviceRoleKey: string;
};

const JWT_SECRET = "super-secret-jwt-token-with-at-least-32-characters-long";
const PUBLISHABLE_KEY = "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH";
const SECRET_KEY = "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz";
const LEGACY_KEYS_EXPIRE = 1_983_812_996; // as in the CLI: the two legacy keys come out identical to its own

export async function loadKeys(dir: string): Promise<Keys> {
  const signingKey = await loadSigningKey(path.join(dir, "signing-key.json"));
  const { d: _private, ...publicKey } = signingKey;
  const shared: SharedKey = { kty: "oct", k: Buffer.from(JWT_SECRET).toString("base64url"), alg: "HS256" };
  return {
    jwtSecret: JWT_SECRET,
    signingKey,
    jwks: { keys: [publicKey, shared] },
    publicJwks: { keys: [publicKey] },
    publishableKey: PUBLISHABLE_KEY,
    secretKey: SECRET_KEY,
    anonKey: await legacyKey("anon"),
    serviceRoleKey: await legacyKey("service_role"),
  };
}

/** Two starts at once agree on one key: a file gets its name when it is whole, and the loser reads the winner's. */
async function loadSigningKey(file: string): Promise<SigningKey> {
  const existing = await readSigningKey(file);
  if (existing) return existing;
  await mkdir(path.dirname(file), { recursive: true });
  const unnamed = `${file}.${randomUUID()}`;
  try {
    await writeFile(unnamed, JSON.stringify(await generateSigningKey()), { mode: 0o600, flag: "wx" });
    await link(unnamed, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(unnamed, { force: true });
  }
  const written = await readSigningKey(file);
  if (!written) throw new Error(`${file} cannot be read back`);
  return written;
}

async function readSigningKey(file: string): Promise<SigningKey | null> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (text === null) return null;
  const key = parseSigningKey(text);
  if (!key) throw new Error(`${file} holds no ES256 signing key: delete it, and the next start makes a new one`);
  return key;
}

function parseSigningKey(text: string): SigningKey | null {
  try {
    const key = JSON.parse(text) as Partial<SigningKey>;
    const complete = [key.x, key.y, key.d, key.kid].every((part) => typeof part === "string");
    return complete && key.kty === "EC" && key.crv === "P-256" ? (key as SigningKey) : null;
  } catch {
    return null;
  }
}

async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const { x, y, d } = await exportJWK(privateKey);
  if (!x || !y || !d) throw new Error("the generated ES256 key has no coordinates");
  const kid = await calculateJwkThumbprint({ kty: "EC", crv: "P-256", x, y });
  return { kty: "EC", crv: "P-256", x, y, d, kid, alg: "ES256", use: "sig" };
}

function legacyKey(role: "anon" | "service_role"): Promise<string> {
  return new SignJWT({ iss: "supabase-demo", role, exp: LEGACY_KEYS_EXPIRE })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(Buffer.from(JWT_SECRET));
}

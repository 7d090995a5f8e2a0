// What comes in: the body of an upload, raw or as a form, read up to the bucket's limit and not further.
import type { IncomingMessage } from "node:http";
import type { Bucket } from "./storage-database.ts";
import { invalidParameter, invalidType, tooLarge } from "./storage-problem.ts";

export interface Upload {
  readonly bytes: Buffer;
  readonly type: string;
  readonly cacheControl: string;
  readonly userMetadata: Record<string, unknown> | null;
}

const FORM_OVERHEAD_BYTES = 64 * 1024;
const DRAIN_BYTES = 64 * 1024 * 1024;
const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?[\w=" .+-]+)*$/;
const CACHE_CONTROL = /^[\w=, -]{1,100}$/;

export async function readUpload(req: IncomingMessage, bucket: Bucket, globalLimit: number): Promise<Upload> {
  const limit = Math.min(globalLimit, bucket.file_size_limit === null ? globalLimit : Number(bucket.file_size_limit));
  const type = req.headers["content-type"] ?? "application/octet-stream";
  const isForm = type.toLowerCase().startsWith("multipart/form-data");
  const body = await readBody(req, isForm ? limit + FORM_OVERHEAD_BYTES : limit);
  const upload = isForm ? await fromForm(body, type) : fromRaw(req, body, type);
  if (upload.bytes.length > limit) throw tooLarge();
  const allowed = bucket.allowed_mime_types;
  if (!TYPE.test(upload.type) || (allowed?.length && !allowed.some((pattern) => matches(upload.type, pattern)))) {
    throw invalidType(upload.type.slice(0, 100));
  }
  return upload;
}

export async function readBody(req: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(req.headers["content-length"] ?? 0) > limit) throw tooLarge();
  return await new Promise((resolve, reject) => {
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    req.on("end", () => resolve(Buffer.concat(chunks)));
    req.on("error", reject);
    req.on("close", () => reject(invalidParameter("The upload was broken off")));
  });
}

/**
 * Lets what is left of a body go by, before a refusal: an answer in the middle of a request leaves whoever passes the two
 * on with half a request. Who sends without end is cut off.
 */
export async function drain(req: IncomingMessage): Promise<void> {
  let left = DRAIN_BYTES;
  if (req.complete || req.destroyed) return void req.resume();
  await new Promise<void>((resolve) => {
    req.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) req.destroy();
    });
    req.once("end", resolve).once("close", resolve);
  });
}

function fromRaw({ headers }: IncomingMessage, bytes: Buffer, type: string): Upload {
  const metadata = headers["x-metadata"];
  return {
    bytes,
    type: type.toLowerCase(),
    cacheControl: cacheControl(headers["cache-control"]),
    userMetadata: userMetadata(typeof metadata === "string" ? Buffer.from(metadata, "base64").toString() : undefined),
  };
}

async function fromForm(body: Buffer, type: string): Promise<Upload> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData().catch(() => {
    throw invalidParameter("The form is malformed");
  });
  const file = [...form.values()].find((value) => value instanceof File);
  if (!file) throw invalidParameter("The form holds no file");
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const seconds = text("cacheControl");
  return {
    bytes: Buffer.from(await file.arrayBuffer()),
    type: text("contentType")?.toLowerCase() ?? (file.type || "application/octet-stream"),
    cacheControl: cacheControl(seconds === undefined ? undefined : `max-age=${seconds}`),
    userMetadata: userMetadata(text("metadata")),
  };
}

const cacheControl = (value: string | undefined) => (value && CACHE_CONTROL.test(value) ? value : "no-cache");

function userMetadata(text: string | undefined): Record<string, unknown> | null {
  if (text === undefined) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw invalidParameter("metadata is no JSON object");
}

function matches(type: string, pattern: string): boolean {
  const plain = type.split(";")[0]?.trim() ?? "";
  return pattern.endsWith("/*") ? plain.startsWith(pattern.slice(0, -1)) : plain === pattern;
}

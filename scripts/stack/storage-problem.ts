// What Storage says when it refuses: the codes and the shape of hosted Storage, which answers 400 for all of them (500 for
// its own faults) and puts the meaning into the body.
import type { ServerResponse } from "node:http";
import postgres from "postgres";
import { sendJson } from "./gateway-proxy.ts";

export class StorageProblem extends Error {
  readonly statusCode: number;
  readonly code: string;
  readonly error: string;

  constructor(statusCode: number, code: string, message: string, error = code) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
    this.error = error;
  }
}

export const noSuchBucket = () => new StorageProblem(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
export const noSuchKey = () => new StorageProblem(404, "NoSuchKey", "Object not found", "not_found");
export const noRoute = (what: string) => new StorageProblem(404, "NotSupported", `The embedded Storage has no ${what}`);
export const invalidKey = (name: string) => new StorageProblem(400, "InvalidKey", `Invalid key: ${name.slice(0, 200)}`);
export const invalidToken = (message: string) => new StorageProblem(400, "InvalidJWT", message);
export const invalidParameter = (message: string) => new StorageProblem(400, "InvalidParameter", message);
export const tooLarge = () =>
  new StorageProblem(413, "EntityTooLarge", "The object exceeded the maximum allowed size", "Payload too large");
export const invalidType = (type: string) =>
  new StorageProblem(415, "InvalidMimeType", `mime type ${type} is not supported`, "invalid_mime_type");

const BY_STATE: Record<string, (message: string) => StorageProblem> = {
  "42501": (message) => new StorageProblem(403, "AccessDenied", message, "Unauthorized"),
  "23505": () => new StorageProblem(409, "ResourceAlreadyExists", "The resource already exists", "Duplicate"),
  "57014": () => new StorageProblem(544, "DatabaseTimeout", "The connection to the database timed out"),
};

/** The problem that an error is, or null for a fault of ours. What a policy raises is the caller's to read. */
export function problemOf(error: unknown): StorageProblem | null {
  if (error instanceof StorageProblem) return error;
  return error instanceof postgres.PostgresError ? (BY_STATE[error.code]?.(error.message) ?? null) : null;
}

export function sendProblem(res: ServerResponse, failure: unknown): void {
  const problem = problemOf(failure);
  if (!problem) console.error("[storage]", failure);
  const { statusCode, code, error, message } =
    problem ?? new StorageProblem(500, "InternalError", "Internal server error");
  sendJson(res, statusCode === 500 ? 500 : 400, { statusCode: String(statusCode), code, error, message });
}

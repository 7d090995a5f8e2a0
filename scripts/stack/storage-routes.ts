// Which request asks for what: the paths that supabase-js's storage client uses, without /storage/v1. Public objects and signed
// links need no token; everything else needs one that is ours, and is done as whom it names.
import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "./gateway-proxy.ts";
import type { Caller } from "./storage-database.ts";
import { type Place, type StorageParts, storageObjects } from "./storage-objects.ts";
import { invalidKey, invalidToken, noRoute, noSuchBucket, noSuchKey } from "./storage-problem.ts";
import { readBody } from "./storage-upload.ts";
import type { VerifyToken } from "./verify-token.ts";

export type Route = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

const API_ROLES = new Set(["anon", "authenticated", "service_role"]);
const MAX_JSON_BYTES = 1024 * 1024;
// As on hosted; dots alone are no names here, although a name never becomes a path.
const NAME = /^(\w|[!\-.*'() &$@=;:+,?/])+$/;
const DOTS = /(^|\/)\.{1,2}(\/|$)/;

export function storageRoutes({ verify, ...parts }: StorageParts & { verify: VerifyToken }): Route {
  const objects = storageObjects(parts);

  async function callerOf({ headers }: IncomingMessage): Promise<Caller> {
    const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
    const claims = token ? await verify(token) : null;
    if (!claims || typeof claims.role !== "string" || !API_ROLES.has(claims.role)) throw invalidToken("Invalid JWT");
    return { role: claims.role, claims };
  }

  async function place(bucketId: string | undefined, name: string | undefined): Promise<Place> {
    if (name === undefined || name.length > 1024 || !NAME.test(name) || DOTS.test(name)) throw invalidKey(name ?? "");
    return { bucket: await bucketOf(bucketId), name };
  }

  async function bucketOf(id: string | undefined) {
    const bucket = id ? await parts.database.bucket(id) : null;
    if (!bucket) throw noSuchBucket();
    return bucket;
  }

  return async (req, res) => {
    const url = new URL(req.url ?? "/", "http://storage");
    const [room, first, second, third] = split(url.pathname);
    const method = req.method ?? "GET";
    const isRead = method === "GET" || method === "HEAD";
    const ok = (body: unknown) => sendJson(res, 200, body);
    const json = async (): Promise<unknown> => {
      const text = (await readBody(req, MAX_JSON_BYTES)).toString("utf8");
      try {
        return JSON.parse(text === "" ? "{}" : text) as unknown;
      } catch {
        return null;
      }
    };

    if (room === "status" && isRead) {
      await parts.database.ping();
      return ok({ status: "ok" });
    }
    if (room === "bucket" && isRead) return ok(await objects.buckets(await callerOf(req), first));
    if (room !== "object" || first === undefined) throw noRoute("such route");

    if (isRead && first === "public") return objects.sendPublic(req, res, url, await place(second, third));
    if (isRead && first === "sign") return objects.sendSigned(req, res, url, await place(second, third));
    const caller = await callerOf(req);
    if (isRead && first === "info") return ok(await objects.info(caller, await place(second, third)));
    if (isRead && first === "authenticated") return objects.send(req, res, url, caller, await place(second, third));
    if (method === "POST" && first === "list" && third === undefined) {
      return ok(await objects.list(caller, await bucketOf(second), await json()));
    }
    if (method === "POST" && (first === "move" || first === "copy") && second === undefined) {
      const asked = await objects.relocation(await json());
      const [from, to] = [
        await place(asked.bucketId, asked.sourceKey),
        await place(asked.bucketId, asked.destinationKey),
      ];
      return ok(await (first === "move" ? objects.move(caller, from, to) : objects.copy(caller, from, to)));
    }
    if (method === "POST" && first === "sign") {
      const body = await json();
      if (third !== undefined) return ok(await objects.sign(caller, await place(second, third), body));
      const bucket = await bucketOf(second);
      return ok(await objects.signMany(caller, bucket, body, (name) => place(bucket.id, name)));
    }
    if (first === "upload" || first === "list-v2") throw noRoute(`${first}; upload and list are there`);

    const name = second === undefined ? undefined : third === undefined ? second : `${second}/${third}`;
    if (method === "DELETE" && name === undefined)
      return ok(await objects.remove(caller, await bucketOf(first), await json()));
    const at = await place(first, name);
    if (isRead) return objects.send(req, res, url, caller, at);
    if (method === "POST") {
      return ok(await objects.upload(req, caller, at, req.headers["x-upsert"] === "true" ? "upsert" : "insert"));
    }
    if (method === "PUT") return ok(await objects.upload(req, caller, at, "update"));
    if (method === "DELETE") {
      const [removed] = await objects.remove(caller, at.bucket, { prefixes: [at.name] });
      if (!removed) throw noSuchKey();
      return ok({ message: "Successfully deleted" });
    }
    throw noRoute("such method");
  };
}

/** The first three parts of a path, and what follows them as one, decoded once. */
function split(pathname: string): (string | undefined)[] {
  const raw = pathname.slice(1).split("/");
  const parts = raw.length > 4 ? [...raw.slice(0, 3), raw.slice(3).join("/")] : raw;
  try {
    return parts.map((part) => (part === "" ? undefined : decodeURIComponent(part)));
  } catch {
    throw invalidKey(pathname);
  }
}

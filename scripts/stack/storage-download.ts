// An object on its way out. What a browser is told about it is what it was uploaded as, and it is told to believe that.
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { StoredObject } from "./storage-database.ts";
import type { StorageFiles } from "./storage-files.ts";
import { noSuchKey } from "./storage-problem.ts";

export async function sendObject(
  req: IncomingMessage,
  res: ServerResponse,
  url: URL,
  files: StorageFiles,
  object: StoredObject | null,
): Promise<void> {
  const file = object?.version ? await files.read(object.version) : null;
  if (!object || !file) throw noSuchKey();
  const { eTag, mimetype, cacheControl } = object.metadata ?? {};
  const headers: Record<string, string> = {
    "cache-control": cacheControl ?? "no-cache",
    "last-modified": object.updated_at.toUTCString(),
    "x-content-type-options": "nosniff",
    "x-robots-tag": "none",
    ...(eTag && { etag: eTag }),
  };
  if (eTag && req.headers["if-none-match"]?.split(/, */).includes(eTag)) return void res.writeHead(304, headers).end();
  const download = url.searchParams.get("download");
  if (download !== null) {
    const name = encodeURIComponent(download || (object.name.split("/").at(-1) ?? ""));
    headers["content-disposition"] = `attachment; filename*=UTF-8''${name}`;
  }
  res.writeHead(200, {
    ...headers,
    "content-type": mimetype ?? "application/octet-stream",
    "content-length": file.size,
  });
  if (req.method === "HEAD") return void res.end();
  await pipeline(file.stream(), res);
}

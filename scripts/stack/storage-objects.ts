// What Storage does with objects. Bytes are written before their row and removed after it, so that every row that is
// committed has its bytes.
import { createHash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Bucket, Caller, Mode, ObjectMetadata, StorageDatabase, StoredObject } from "./storage-database.ts";
import { sendObject } from "./storage-download.ts";
import type { StorageFiles } from "./storage-files.ts";
import type { StorageLinks } from "./storage-links.ts";
import { listFolder, listRequest } from "./storage-list.ts";
import { invalidParameter, invalidToken, noSuchBucket, noSuchKey } from "./storage-problem.ts";
import { readUpload, type Upload } from "./storage-upload.ts";

export interface StorageParts {
  readonly database: StorageDatabase;
  readonly files: StorageFiles;
  readonly links: StorageLinks;
  readonly fileSizeLimit: number;
}

export interface Place {
  readonly bucket: Bucket;
  readonly name: string;
}

const seconds = z.int().min(1).max(31_536_000);
const signRequest = z.object({ expiresIn: seconds });
const signManyRequest = signRequest.extend({ paths: z.array(z.string()).min(1).max(500) });
const removeRequest = z.object({ prefixes: z.array(z.string()).min(1).max(1000) });
const relocationRequest = z.object({
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.undefined({ error: "another bucket is not supported here" }).optional(),
});

export function storageObjects({ database, files, links, fileSizeLimit }: StorageParts) {
  const found = async (caller: Caller, { bucket, name }: Place) => {
    const object = await database.object(caller, bucket.id, name);
    if (!object) throw noSuchKey();
    return object;
  };

  async function store(caller: Caller, { bucket, name }: Place, upload: Upload, mode: Mode) {
    const version = randomUUID();
    await files.write(version, upload.bytes);
    const object = {
      bucket: bucket.id,
      name,
      version,
      metadata: metadataOf(upload),
      userMetadata: upload.userMetadata,
    };
    try {
      const saved = await database.save(caller, object, mode);
      if (!saved) throw noSuchKey();
      await files.remove([saved.replaced]);
      return { Id: saved.id, Key: `${bucket.id}/${name}` };
    } catch (error) {
      await files.remove([version]);
      throw error;
    }
  }

  return {
    async buckets(caller: Caller, id: string | undefined): Promise<unknown> {
      const buckets = await database.buckets(caller);
      if (id === undefined) return buckets;
      const bucket = buckets.find((one) => one.id === id);
      if (!bucket) throw noSuchBucket();
      return bucket;
    },

    upload: async (req: IncomingMessage, caller: Caller, place: Place, mode: Mode) =>
      store(caller, place, await readUpload(req, place.bucket, fileSizeLimit), mode),

    async sendPublic(req: IncomingMessage, res: ServerResponse, url: URL, { bucket, name }: Place): Promise<void> {
      if (!bucket.public) throw noSuchBucket();
      await sendObject(req, res, url, files, await database.publicObject(bucket.id, name));
    },

    async sendSigned(req: IncomingMessage, res: ServerResponse, url: URL, { bucket, name }: Place): Promise<void> {
      if (!(await links.opens(url.searchParams.get("token"), bucket.id, name))) throw invalidToken("Invalid signature");
      await sendObject(req, res, url, files, await database.publicObject(bucket.id, name));
    },

    send: async (req: IncomingMessage, res: ServerResponse, url: URL, caller: Caller, place: Place) =>
      sendObject(req, res, url, files, await found(caller, place)),

    async info(caller: Caller, place: Place): Promise<object> {
      const { id, name, version, bucket_id, metadata, user_metadata, created_at, updated_at } = await found(
        caller,
        place,
      );
      return {
        ...{ id, name, version, bucket_id, created_at, updated_at, metadata: user_metadata },
        ...{ size: metadata?.size, content_type: metadata?.mimetype, cache_control: metadata?.cacheControl },
        ...{ etag: metadata?.eTag, last_modified: metadata?.lastModified },
      };
    },

    list: (caller: Caller, bucket: Bucket, body: unknown) =>
      listFolder(database, caller, bucket.id, parse(listRequest, body)),

    async sign(caller: Caller, place: Place, body: unknown): Promise<object> {
      const { expiresIn } = parse(signRequest, body);
      await found(caller, place);
      return { signedURL: await link(place, expiresIn) };
    },

    async signMany(caller: Caller, bucket: Bucket, body: unknown, placeOf: (name: string) => Promise<Place>) {
      const { expiresIn, paths } = parse(signManyRequest, body);
      return Promise.all(
        paths.map(async (path) => {
          const object = await database.object(caller, bucket.id, (await placeOf(path)).name);
          if (!object)
            return { path, signedURL: null, error: "Either the object does not exist or you do not have access to it" };
          return { path, signedURL: await link({ bucket, name: path }, expiresIn), error: null };
        }),
      );
    },

    async remove(caller: Caller, bucket: Bucket, body: unknown): Promise<readonly StoredObject[]> {
      const { prefixes } = parse(removeRequest, body);
      const removed = await database.remove(caller, bucket.id, prefixes);
      await files.remove(removed.map(({ version }) => version));
      return removed;
    },

    relocation: (body: unknown) => parse(relocationRequest, body),

    async move(caller: Caller, from: Place, to: Place): Promise<object> {
      const moved = await database.rename(caller, from.bucket.id, from.name, to.name);
      if (!moved) throw noSuchKey();
      return { message: "Successfully moved", Id: moved.id, Key: `${to.bucket.id}/${to.name}` };
    },

    async copy(caller: Caller, from: Place, to: Place): Promise<object> {
      const { version, metadata, user_metadata } = await found(caller, from);
      const bytes = await files.bytes(version ?? "");
      if (!bytes) throw noSuchKey();
      const { mimetype: type = "application/octet-stream", cacheControl = "no-cache" } = metadata ?? {};
      return store(caller, to, { bytes, type, cacheControl, userMetadata: user_metadata }, "insert");
    },
  };

  /** Not encoded: supabase-js does that. */
  async function link({ bucket, name }: Place, expiresIn: number): Promise<string> {
    return `/object/sign/${bucket.id}/${name}?token=${await links.sign(bucket.id, name, expiresIn)}`;
  }
}

function metadataOf({ bytes, type, cacheControl }: Upload): ObjectMetadata {
  return {
    eTag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    size: bytes.length,
    mimetype: type,
    cacheControl,
    lastModified: new Date().toISOString(),
    contentLength: bytes.length,
    httpStatusCode: 200,
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw invalidParameter(z.prettifyError(parsed.error));
  return parsed.data;
}

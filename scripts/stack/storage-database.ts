// Storage's rows. What a caller may see and do is decided by the policies on storage.objects: every statement on them runs
// as the caller's own role with the caller's claims, inside one transaction. Only buckets, public objects and the version
// of what an upload replaces are read as Storage itself.
import type { JWTPayload } from "jose";
import type { ISql, Sql, TransactionSql } from "postgres";

export interface Caller {
  readonly role: string;
  readonly claims: JWTPayload;
}

export interface Bucket {
  readonly id: string;
  readonly public: boolean;
  readonly file_size_limit: string | null;
  readonly allowed_mime_types: readonly string[] | null;
}

export interface ObjectMetadata {
  readonly eTag: string;
  readonly size: number;
  readonly mimetype: string;
  readonly cacheControl: string;
  readonly lastModified: string;
  readonly contentLength: number;
  readonly httpStatusCode: number;
}

export interface StoredObject {
  readonly id: string;
  readonly bucket_id: string;
  readonly name: string;
  readonly version: string | null;
  readonly metadata: Partial<ObjectMetadata> | null;
  readonly user_metadata: Record<string, unknown> | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_accessed_at: Date;
}

export interface NewObject {
  readonly bucket: string;
  readonly name: string;
  readonly version: string;
  readonly metadata: ObjectMetadata;
  readonly userMetadata: Record<string, unknown> | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export type Mode = "insert" | "upsert" | "update";
export type StorageDatabase = ReturnType<typeof storageDatabase>;

export function storageDatabase(sql: Sql) {
  async function become(tx: TransactionSql, { role, claims }: Caller): Promise<void> {
    await tx`select set_config('role', ${role}, true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('statement_timeout', '30s', true)`;
  }
  const as = <T>(caller: Caller, work: (tx: TransactionSql) => Promise<T>) =>
    sql.begin(async (tx) => {
      await become(tx, caller);
      return await work(tx);
    }) as Promise<T>;
  const find = async (on: ISql, bucket: string, name: string) => {
    const [found] = await on<
      StoredObject[]
    >`select * from storage.objects where bucket_id = ${bucket} and name = ${name}`;
    return found ?? null;
  };

  return {
    as,
    async bucket(id: string): Promise<Bucket | null> {
      const [bucket] = await sql<Bucket[]>`select * from storage.buckets where id = ${id}`;
      return bucket ?? null;
    },
    ping: async () => (await sql`select 1 from storage.buckets limit 1`).length,
    buckets: (caller: Caller) => as(caller, (tx) => tx<Bucket[]>`select * from storage.buckets order by id`),
    object: (caller: Caller, bucket: string, name: string) => as(caller, (tx) => find(tx, bucket, name)),
    publicObject: (bucket: string, name: string) => find(sql, bucket, name),

    /** The row, and the version that it replaced, whose bytes can go. Null: there was nothing to update. */
    async save(caller: Caller, object: NewObject, mode: Mode) {
      const { bucket, name, version, userMetadata } = object;
      const ownerId = typeof caller.claims.sub === "string" ? caller.claims.sub : null;
      const owner = ownerId !== null && UUID.test(ownerId) ? ownerId : null;
      const metadata = sql.json({ ...object.metadata });
      const user = userMetadata === null ? null : sql.json(userMetadata as never);
      return (await sql.begin(async (tx) => {
        const [old] = await tx<{ version: string | null }[]>`
          select version from storage.objects where bucket_id = ${bucket} and name = ${name} for update`;
        await become(tx, caller);
        const values = tx`metadata = ${metadata}, user_metadata = ${user}, version = ${version},
          owner = ${owner}, owner_id = ${ownerId}`;
        const where = tx`where bucket_id = ${bucket} and name = ${name}`;
        const insert = tx`insert into storage.objects (bucket_id, name, metadata, user_metadata, version, owner, owner_id)
          values (${bucket}, ${name}, ${metadata}, ${user}, ${version}, ${owner}, ${ownerId})`;
        const [saved] = await tx<{ id: string }[]>`${
          mode === "update"
            ? tx`update storage.objects set ${values} ${where}`
            : mode === "upsert"
              ? tx`${insert} on conflict (bucket_id, name) do update set ${values}`
              : insert
        } returning id`;
        return saved ? { id: saved.id, replaced: old?.version ?? null } : null;
      })) as { id: string; replaced: string | null } | null;
    },

    rename: (caller: Caller, bucket: string, from: string, to: string) =>
      as(caller, async (tx) => {
        const [moved] = await tx<{ id: string }[]>`
          update storage.objects set name = ${to} where bucket_id = ${bucket} and name = ${from} returning id`;
        return moved ?? null;
      }),

    remove: (caller: Caller, bucket: string, names: readonly string[]) =>
      as(caller, async (tx) => {
        await tx`select set_config('storage.allow_delete_query', 'true', true)`;
        return await tx<StoredObject[]>`
          delete from storage.objects where bucket_id = ${bucket} and name = any (${names as string[]}) returning *`;
      }),
  };
}

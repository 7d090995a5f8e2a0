// One folder of a bucket, as the caller sees it: files with their rows, folders with their names.
import { z } from "zod";
import type { Caller, StorageDatabase } from "./storage-database.ts";

export const listRequest = z.object({
  prefix: z.string().max(1024).default(""),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).default(0),
  search: z.string().max(200).optional(),
  sortBy: z
    .object({
      column: z.enum(["name", "created_at", "updated_at", "last_accessed_at"]).default("name"),
      order: z.enum(["asc", "desc"]).default("asc"),
    })
    .prefault({}),
});

export function listFolder(
  database: StorageDatabase,
  caller: Caller,
  bucket: string,
  { prefix, limit, offset, search, sortBy }: z.output<typeof listRequest>,
): Promise<readonly object[]> {
  const path = prefix.replace(/^\/+|\/+$/g, "");
  const folder = path === "" ? "" : `${path}/`;
  return database.as(
    caller,
    (tx) => tx`
      with inside as (
        select o.*, substr(o.name, ${folder.length + 1}::integer) as rest from storage.objects o
        where o.bucket_id = ${bucket} and starts_with(o.name, ${folder})
      ), entries as (
        select distinct split_part(i.rest, '/', 1) as name, null::uuid as id, null::timestamptz as updated_at,
          null::timestamptz as created_at, null::timestamptz as last_accessed_at, null::jsonb as metadata
        from inside i where strpos(i.rest, '/') > 0
        union all
        select i.rest, i.id, i.updated_at, i.created_at, i.last_accessed_at, i.metadata from inside i where strpos(i.rest, '/') = 0
      )
      select * from entries e where starts_with(lower(e.name), lower(${search ?? ""}))
      order by ${tx(sortBy.column)} ${sortBy.order === "desc" ? tx`desc` : tx`asc`}, e.name
      limit ${limit} offset ${offset}`,
  );
}

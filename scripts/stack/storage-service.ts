// How the supervisor runs Storage. It holds one database login, supabase_storage_admin, which owns nothing but the schema
// storage and takes on the role of whoever calls; its files live in the stack's folder.
import path from "node:path";
import type { ChildService } from "./auth-service.ts";
import type { Keys } from "./keys.ts";

export type StorageServiceOptions = {
  port: number;
  /** Must log in as supabase_storage_admin, the owner of schema storage. */
  dbUrl: string;
  keys: Keys;
  /** Keeps the bytes of objects. */
  dir: string;
  /** In bytes; a bucket may have a lower limit of its own. */
  fileSizeLimit: number;
};

/** What storage-process.ts reads back from its environment. */
export type StorageConfig = Omit<StorageServiceOptions, "keys"> & Pick<Keys, "jwtSecret" | "publicJwks">;

export const STORAGE_CONFIG_VARIABLE = "SERVIO_STORAGE_CONFIG";

export const storageFilesDir = (stackDir: string) => path.join(stackDir, "storage");

export function storageService({ keys, ...options }: StorageServiceOptions): ChildService {
  const config: StorageConfig = { ...options, jwtSecret: keys.jwtSecret, publicJwks: keys.publicJwks };
  return {
    command: process.execPath,
    args: [path.join(import.meta.dirname, "storage-process.ts")],
    env: { PATH: process.env.PATH ?? "", [STORAGE_CONFIG_VARIABLE]: JSON.stringify(config) },
    readyUrl: `http://127.0.0.1:${options.port}/status`,
  };
}

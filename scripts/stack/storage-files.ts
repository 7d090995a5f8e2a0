// The bytes of objects. A file is called after the version of its object, a random UUID, never after what a client calls
// it: no name can lead out of the folder, and a new version never overwrites one that is being read.
import { createReadStream, mkdirSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

export interface StorageFiles {
  write(version: string, bytes: Uint8Array): Promise<void>;
  /** Null when there is no such file: the row was not made by Storage. */
  read(version: string): Promise<{ size: number; stream(): Readable } | null>;
  bytes(version: string): Promise<Buffer | null>;
  remove(versions: readonly (string | null | undefined)[]): Promise<void>;
}

const VERSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function openStorageFiles(dir: string): StorageFiles {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const fileOf = (version: string | null | undefined) => (version && VERSION.test(version) ? join(dir, version) : null);
  const absent = (error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  };
  return {
    async write(version, bytes) {
      const file = fileOf(version);
      if (!file) throw new Error("a version is a UUID");
      await writeFile(file, bytes, { mode: 0o600, flag: "wx" });
    },
    async read(version) {
      const file = fileOf(version);
      const found = file === null ? null : await stat(file).catch(absent);
      if (!file || !found) return null;
      return { size: found.size, stream: () => createReadStream(file) };
    },
    async bytes(version) {
      const file = fileOf(version);
      return file === null ? null : await readFile(file).catch(absent);
    },
    async remove(versions) {
      for (const version of versions) {
        const file = fileOf(version);
        if (file) await rm(file, { force: true });
      }
    },
  };
}

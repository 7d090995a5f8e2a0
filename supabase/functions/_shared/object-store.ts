// Storage as the project's own machinery uses it: what is to go is named, and Storage removes rows and bytes. SQL cannot, it
// knows nothing of the bytes. Guarded, and safe to repeat: what is gone already is not counted again.
import { createGuard, type Guard } from "./guard.ts";
import type { Client } from "./rpc.ts";

export interface ObjectStore {
  /** How many objects were there and are no more. */
  remove(bucket: string, names: readonly string[]): Promise<number>;
  /** The bytes of an object, null if there is none; more than `most` of them are a fault of whoever let them in. */
  read(bucket: string, name: string, most: number): Promise<Uint8Array | null>;
}

class StorageOutage extends Error {}

export const createStorageGuard = (overrides: { timeoutMs?: number; retries?: number } = {}): Guard =>
  createGuard({
    isOutage: (error) => error instanceof StorageOutage,
    isTransient: (error) => error instanceof StorageOutage,
    timeoutMs: 10_000,
    withinMs: 25_000,
    retries: 2,
    firstDelayMs: 100,
    failuresToOpen: 5,
    openForMs: 5_000,
    atOnce: 4,
    waiting: 16,
    ...overrides,
  });

export function createObjectStore(client: Pick<Client, "storage">, guard: Guard): ObjectStore {
  return {
    async remove(bucket, names) {
      return await guard.run(
        async () => {
          const { data, error } = await client.storage.from(bucket).remove([...names]);
          if (!error) return data.length;
          // Without a status nothing was answered at all.
          if (error.status === undefined || error.status >= 500) throw new StorageOutage(error.message);
          throw error;
        },
        { repeatable: true },
      );
    },
    async read(bucket, name, most) {
      return await guard.run(
        async () => {
          const { data, error } = await client.storage.from(bucket).download(name);
          if (error) {
            const status = Number("status" in error ? error.status : 0);
            if (status === 400 || status === 404) return null; // Storage calls what is not there a bad request
            if (status >= 500 || status === 0 || Number.isNaN(status)) throw new StorageOutage(error.message);
            throw error;
          }
          if (data.size > most) throw new Error(`${bucket} holds an object of ${data.size} bytes`);
          return new Uint8Array(await data.arrayBuffer());
        },
        { repeatable: true },
      );
    },
  };
}

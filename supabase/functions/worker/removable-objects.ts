// Removes the bytes of objects that nothing needs any more. The database says which ones these are at the moment of asking,
// and what it names can never be used again; so this may run at any time, late, twice, or in two workers at once.
import { z } from "zod";
import type { ObjectStore } from "../_shared/object-store.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type Queue } from "./job.ts";

export interface RemovableObjectsDependencies {
  readonly rpc: Rpc;
  readonly objects: ObjectStore;
}

const BATCH = 100;
const asked = z.object({ bucket_id: z.string() });
const removable = z.array(z.string());

export const removableObjects = ({ rpc, objects }: RemovableObjectsDependencies): Queue => ({
  name: "storage",
  batch: 1,
  topics: {
    "objects.removable": async (payload, trace) => {
      const { bucket_id } = asked.parse(payload);
      for (;;) {
        const request = { p_bucket_id: bucket_id, p_limit: BATCH };
        const names = removable.parse(await rpc("get_removable_objects", request, trace));
        if (names.length === 0) return DONE;
        const removed = await objects.remove(bucket_id, names);
        // Another worker may have been faster; otherwise Storage keeps what it was told to remove.
        if (removed === 0) return { done: false, error: `none of ${names.length} objects was removed`, final: false };
        if (names.length < BATCH) return DONE;
      }
    },
  },
});

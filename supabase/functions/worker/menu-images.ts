// Removes the bytes of images that no menu shows. The database says which ones these are at the moment of asking, and what it
// names can never be shown again; so this may run at any time, late, twice, or in two workers at once.
import { z } from "zod";
import type { ObjectStore } from "../_shared/object-store.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type Queue } from "./job.ts";

export interface MenuImagesDependencies {
  readonly rpc: Rpc;
  readonly objects: ObjectStore;
}

const BATCH = 100;
const orphaned = z.array(z.string());

export const menuImages = ({ rpc, objects }: MenuImagesDependencies): Queue => ({
  name: "storage",
  batch: 1,
  topics: {
    "menu_images.orphaned": async (_payload, trace) => {
      for (;;) {
        const names = orphaned.parse(await rpc("get_orphaned_menu_images", { p_limit: BATCH }, trace));
        if (names.length === 0) return DONE;
        const removed = await objects.remove("menu-images", names);
        // Another worker may have been faster; otherwise Storage keeps what it was told to remove.
        if (removed === 0) return { done: false, error: `none of ${names.length} images was removed`, final: false };
        if (names.length < BATCH) return DONE;
      }
    },
  },
});

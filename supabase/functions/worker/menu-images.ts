// Removes the bytes of images that no menu shows, and of files from which a menu was read. The database says which ones these
// are at the moment of asking, and what it names can never be used again; so this may run at any time, late, twice, or in two
// workers at once.
import { z } from "zod";
import type { ObjectStore } from "../_shared/object-store.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type JobHandler, type Queue } from "./job.ts";

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
    "menu_images.orphaned": clean("menu-images", "get_orphaned_menu_images", { rpc, objects }),
    "menu_files.expired": clean("menu-files", "get_expired_menu_files", { rpc, objects }),
  },
});

const clean =
  (
    bucket: string,
    namesToRemove: "get_orphaned_menu_images" | "get_expired_menu_files",
    { rpc, objects }: MenuImagesDependencies,
  ): JobHandler =>
  async (_payload, trace) => {
    for (;;) {
      const names = orphaned.parse(await rpc(namesToRemove, { p_limit: BATCH }, trace));
      if (names.length === 0) return DONE;
      const removed = await objects.remove(bucket, names);
      // Another worker may have been faster; otherwise Storage keeps what it was told to remove.
      if (removed === 0) return { done: false, error: `none of ${names.length} objects was removed`, final: false };
      if (names.length < BATCH) return DONE;
    }
  };

// What clocks ask for at one venue is done by the database, in a transaction per venue: a venue that fails is tried again
// alone, one that is slow takes one place of a batch. Slow work has a queue of its own, so that it is not in the way of what
// cannot wait.
import { z } from "zod";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type JobHandler, type Queue } from "./job.ts";
import { TOPICS } from "./topics.ts";

const venueJob = z.object({ venue_id: z.guid() });
const NAMES = ["venue_jobs", "venue_upkeep"];

export const venueQueues = ({ rpc }: { readonly rpc: Rpc }): readonly Queue[] => {
  const run =
    (topic: string): JobHandler =>
    async (payload, trace) => {
      await rpc("run_venue_job", { p_topic: topic, p_venue_id: venueJob.parse(payload).venue_id }, trace);
      return DONE;
    };
  return NAMES.map((name) => ({
    name,
    batch: 5,
    topics: Object.fromEntries((TOPICS[name] ?? []).map((topic) => [topic, run(topic)])),
  }));
};

// Every queue, and who handles its topics: the same ones as in topics.ts, which tests compare with the database.
import type { Queue } from "./job.ts";
import { type MailDependencies, mailQueue } from "./mail.ts";
import { type MenuImagesDependencies, menuImages } from "./menu-images.ts";
import { type ProviderCallsDependencies, providerCalls } from "./provider-calls.ts";
import { type ReconcileDependencies, reconcileQueue } from "./reconcile/queue.ts";
import { venueQueues } from "./venue-jobs.ts";

export const workerQueues = (
  dependencies: ProviderCallsDependencies & MailDependencies & MenuImagesDependencies & ReconcileDependencies,
): readonly Queue[] => [
  providerCalls(dependencies),
  mailQueue(dependencies),
  menuImages(dependencies),
  reconcileQueue(dependencies),
  ...venueQueues(dependencies),
];

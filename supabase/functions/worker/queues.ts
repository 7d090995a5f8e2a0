// Every queue, and who handles its topics: the same ones as in topics.ts, which tests compare with the database.
import { type AlertsDependencies, alerts } from "./alerts.ts";
import { type BackgroundDependencies, backgroundWork } from "./background/queue.ts";
import type { PacedQueue, Queue } from "./job.ts";
import { type MailDependencies, mailQueue } from "./mail.ts";
import { type MenuImagesDependencies, menuImages } from "./menu-images.ts";
import { paymentChecks } from "./payment-checks.ts";
import { type ProviderCallsDependencies, providerCalls } from "./provider-calls.ts";
import { type ReconcileDependencies, reconcileQueue } from "./reconcile/queue.ts";
import { venueQueues } from "./venue-jobs.ts";
import { type WebhooksDependencies, webhookEvents, webhooks } from "./webhooks.ts";

export const workerQueues = (
  dependencies: BackgroundDependencies &
    ProviderCallsDependencies &
    MailDependencies &
    MenuImagesDependencies &
    ReconcileDependencies &
    WebhooksDependencies &
    AlertsDependencies,
): readonly (Queue | PacedQueue)[] => [
  providerCalls(dependencies),
  paymentChecks(dependencies),
  mailQueue(dependencies),
  backgroundWork(dependencies),
  menuImages(dependencies),
  reconcileQueue(dependencies),
  ...venueQueues(dependencies),
  webhookEvents(dependencies),
  webhooks(dependencies),
  alerts(dependencies),
];

// Every queue, and who handles its topics: the same ones as in topics.ts, which tests compare with the database.
import { type AlertsDependencies, alerts } from "./alerts.ts";
import { type BackgroundDependencies, backgroundWork } from "./background/queue.ts";
import type { PacedQueue, Queue } from "./job.ts";
import { type MailDependencies, mailQueue } from "./mail.ts";
import { paymentChecks } from "./payment-checks.ts";
import { type ProviderCallsDependencies, providerCalls } from "./provider-calls.ts";
import { type ReconcileDependencies, reconcileQueue } from "./reconcile/queue.ts";
import { type RemovableObjectsDependencies, removableObjects } from "./removable-objects.ts";
import { venueQueues } from "./venue-jobs.ts";
import { type WebhooksDependencies, webhookEvents, webhooks } from "./webhooks.ts";

export const workerQueues = (
  dependencies: BackgroundDependencies &
    ProviderCallsDependencies &
    MailDependencies &
    ReconcileDependencies &
    RemovableObjectsDependencies &
    WebhooksDependencies &
    AlertsDependencies,
): readonly (Queue | PacedQueue)[] => [
  providerCalls(dependencies),
  paymentChecks(dependencies),
  mailQueue(dependencies),
  backgroundWork(dependencies),
  reconcileQueue(dependencies),
  removableObjects(dependencies),
  ...venueQueues(dependencies),
  webhookEvents(dependencies),
  webhooks(dependencies),
  alerts(dependencies),
];

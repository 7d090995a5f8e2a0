// The worker as the platform calls it, beside the payments function on the same books, with the real local payment provider
// and a mail sink that is a real SMTP server.
import { startMailSink } from "../../../scripts/mail/start-mail-sink.ts";
import { createBillingProvider } from "../_shared/billing-provider.ts";
import { createConnectProvider } from "../_shared/connect-provider.ts";
import { createMailer } from "../_shared/mailer.ts";
import { createStripeGuard } from "../_shared/stripe-client.ts";
import { fakeRpc, KEYS, post, type TestFunction, testFunction, testProject } from "../_shared/testing.ts";
import { type Setting as PaymentsSetting, withProvider } from "../payments/testing.ts";
import { workerRoutes } from "./handler.ts";
import type { Queue } from "./job.ts";
import { mailQueue } from "./mail.ts";
import { paymentChecks } from "./payment-checks.ts";
import { providerCalls } from "./provider-calls.ts";

export interface Setting extends PaymentsSetting {
  readonly worker: TestFunction;
  readonly work: (headers?: Record<string, string>) => Promise<Response>;
}

export const withWorker = (test: (setting: Setting) => Promise<void>): Promise<void> =>
  withProvider(async (setting) => {
    const { project, books, provider, clock } = setting;
    const billing = createBillingProvider(setting.bench.stripe, createStripeGuard());
    const accounts = createConnectProvider(setting.bench.stripe, createStripeGuard());
    const queues = [
      providerCalls({ rpc: books.rpc, provider, billing, accounts }),
      paymentChecks({ rpc: books.rpc, provider }),
    ];
    const routes = workerRoutes({ identify: project.identify, rpc: books.rpc, queues, now: () => clock.ms });
    const worker = testFunction({ name: "worker", routes, cors: false });
    const work = (headers: Record<string, string> = { apikey: KEYS.secret }) => worker(post("/worker", {}, headers));
    await test({ ...setting, worker, work });
  });

export interface FakeJob {
  readonly job_id: number;
  readonly attempt: number;
  readonly message: unknown;
}

/** A worker of any queues, on a database that hands out the given jobs once. */
export async function workerOf(queues: readonly Queue[], jobs: Record<string, FakeJob[]>) {
  const { identify } = await testProject();
  const finished: unknown[] = [];
  const failed: Record<string, unknown>[] = [];
  const { rpc } = fakeRpc({
    relay_outbox: () => 0,
    claim_jobs: ({ p_queue, p_limit }) => (jobs[String(p_queue)] ?? []).splice(0, Number(p_limit)),
    finish_job: ({ p_job_id }) => finished.push(p_job_id) > 0,
    fail_job: (args) => {
      failed.push(args);
      return { job_id: args.p_job_id, dead: args.p_final === true };
    },
  });
  const clock = { ms: 0 };
  const worker = testFunction({
    name: "worker",
    routes: workerRoutes({ identify, rpc, queues, now: () => clock.ms }),
    cors: false,
  });
  const work = () => worker(post("/worker", {}, { apikey: KEYS.secret }));
  return { work, worker, finished, failed, clock };
}

/** The queue of mails with a database that answers `values`, and a mailbox to look into. */
export async function withMail(
  values: unknown,
  test: (setting: {
    readonly send: (payload: unknown) => ReturnType<Queue["topics"][string]>;
    readonly sink: Awaited<ReturnType<typeof startMailSink>>;
    readonly mails: () => Promise<string[]>;
    readonly asked: readonly { readonly args: Record<string, unknown> }[];
  }) => Promise<void>,
): Promise<void> {
  const dir = Deno.makeTempDirSync({ prefix: "mails-" });
  const sink = await startMailSink({ smtpPort: 0, httpPort: 0, dir, log: console.error });
  const { rpc, calls } = fakeRpc({ get_mail: () => values });
  const mailer = createMailer(
    { MAIL_URL: sink.smtpUrl, MAIL_FROM: "Servio <mail@servio.example>" },
    { connectMs: 1_000, silenceMs: 1_000, withinMs: 3_000 },
  );
  const [handler] = Object.values(mailQueue({ rpc, mailer, appUrl: "https://app.example/eat" }).topics);
  if (!handler) throw new Error("the queue of mails has no topic");
  const trace = { traceId: "1".repeat(32), spanId: "2".repeat(16), sampled: true };
  try {
    await test({
      send: (payload) => handler(payload, trace),
      sink,
      mails: async () => {
        const list = (await (await fetch(`${sink.url}/messages`)).json()) as { id: string }[];
        return Promise.all(list.map(async ({ id }) => await (await fetch(`${sink.url}/messages/${id}`)).text()));
      },
      asked: calls,
    });
  } finally {
    await sink.close();
    Deno.removeSync(dir, { recursive: true });
  }
}

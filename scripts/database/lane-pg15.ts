/**
 * The second lane: the same bootstrap, migrations, seed and tests on Debian's PostgreSQL 15, where pg_cron is not our
 * shim. It proves that nothing depends on the version or the shim, and that the schedule really fires.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asAdmin, bootstrap, createTemplate, TEMPLATE, writeSecrets } from "../stack/database-setup.ts";
import { loadHistory, pushMigrations } from "../stack/migrations.ts";
import { makePlan, type Plan } from "../stack/plan.ts";
import { databaseUrl, postgresService } from "../stack/postgres.ts";
import type { Service } from "../stack/service.ts";
import { authPart } from "../stack/services.ts";
import { createSupervisor, type Supervisor } from "../stack/supervisor.ts";
import { using } from "./connection.ts";
import { initPostgres15, layOutPostgres15, missingForPg15 } from "./debian-postgres.ts";
import type { LaneOrReason } from "./lane.ts";

const CRON_DEADLINE_MS = 75_000; // the job runs at every full minute

export async function openPg15(): Promise<LaneOrReason> {
  const missing = missingForPg15();
  if (missing) return { skipped: missing };
  const dir = mkdtempSync(join(tmpdir(), "servio-pg15-"));
  chmodSync(dir, 0o755); // the account that runs Postgres has to walk through it
  const supervisor = () =>
    createSupervisor({ dir, log: (line) => console.error(`[pg15] ${line}`), onChange: () => {}, onGiveUp: () => {} });
  let running = supervisor();
  const stop = async () => {
    await running.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const plan = await planLane(dir);
    await build(plan, running);
    // Making the template has ended every session, and pg_cron's scheduler is one that does not come back by itself.
    await running.stop();
    running = supervisor();
    await running.start(serverOf(plan));
    const { port } = plan.cluster;
    return {
      name: "pg15",
      url: (role, database) => databaseUrl(port, role, database),
      template: TEMPLATE,
      proofs: [
        { name: "pg_cron runs expire-orders as postgres", prove: () => untilClockRan(port, "expire-orders") },
        { name: "the seed's history loads", prove: () => loadHistory(plan.project, databaseUrl(port, "postgres")) },
      ],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function planLane(dir: string): Promise<Plan> {
  const plan = await makePlan({
    ...{ dir, port: "auto", dbPort: "auto", durable: false },
    ...{ functions: false, provider: false, log: () => {} },
  });
  return { ...plan, cluster: { ...plan.cluster, binaries: layOutPostgres15(plan.cluster.binaries) } };
}

async function build(plan: Plan, supervisor: Supervisor): Promise<void> {
  const { port } = plan.cluster;
  await initPostgres15(plan.cluster, "postgres");
  await supervisor.start(serverOf(plan));
  await bootstrap(port);
  await asAdmin(port, "postgres", (sql) =>
    sql.unsafe(readFileSync(join(import.meta.dirname, "pg15-cron.sql"), "utf8")),
  );
  await writeSecrets(port, { functions_url: `${plan.url}/functions/v1`, functions_secret_key: plan.keys.secretKey });
  await supervisor.start(authPart(plan)); // it makes its tables, to which migrations refer
  await pushMigrations(plan.project, databaseUrl(port, "postgres"), true);
  await createTemplate(port);
}

function serverOf({ cluster }: Plan): Service {
  const service = postgresService(cluster);
  const settings = ["shared_preload_libraries=pg_cron,pg_stat_statements", "cron.use_background_workers=on"];
  return { ...service, args: [...service.args, ...settings.flatMap((setting) => ["-c", setting])] };
}

async function untilClockRan(port: number, job: string): Promise<void> {
  await using(databaseUrl(port, "supabase_admin"), async (client) => {
    const deadline = Date.now() + CRON_DEADLINE_MS;
    for (;;) {
      const { rows } = await client.query<{ status: string; username: string; return_message: string }>(
        `select d.status, d.username, d.return_message from cron.job_run_details d join cron.job j using (jobid)
         where j.jobname = $1 and d.status in ('succeeded', 'failed') order by d.runid desc limit 1`,
        [job],
      );
      const [run] = rows;
      if (run?.status === "succeeded" && run.username === "postgres") return;
      if (run) throw new Error(`${job} ended as ${run.status} for ${run.username}: ${run.return_message}`);
      if (Date.now() > deadline) throw new Error(`${job} has not run in ${CRON_DEADLINE_MS / 1000} s`);
      await sleep(500);
    }
  });
}

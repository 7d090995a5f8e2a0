/**
 * Brings a whole stack up, part after part, and hands back how to reach it and how to end it.
 *
 * Cold (nothing built yet): cluster, bootstrap, auth tables, migrations, seed, template, history. Warm: only what is new in the
 * migrations. A folder whose cold start did not come to its end holds nothing of worth and is built from the beginning.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { bootstrap, createTemplate, groundVersion, withTemplateOpen, writeSecrets } from "./database-setup.ts";
import { startGateway } from "./gateway.ts";
import { appliedMigrations, loadHistory, pushMigrations } from "./migrations.ts";
import { requirePrograms } from "./packages.ts";
import { initialState, makePlan, type Plan } from "./plan.ts";
import { requireFree } from "./ports.ts";
import { databaseUrl, initCluster, postgresService } from "./postgres.ts";
import { preparePostgres } from "./postgres-binaries.ts";
import { requireNode, requirePlatform, takeFolder } from "./preflight.ts";
import { authPart, functionsPart, mailPart, providerPart, restPart, storagePart } from "./services.ts";
import { StackError } from "./stack-error.ts";
import type { StackOptions } from "./stack-options.ts";
import { removeState, type StackState, writeState } from "./state.ts";
import { storageFilesDir } from "./storage-service.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import { startTicker } from "./ticker.ts";

export type { StackOptions } from "./stack-options.ts";
export type Stack = StackState & { stop(): Promise<void> };

const PREDECESSOR_PATIENCE_MS = 2_000;

export async function startStack(options: StackOptions): Promise<Stack> {
  requireNode();
  requirePlatform();
  requirePrograms();
  const plan = await makePlan(options);
  const state = initialState(plan);
  const reaped = await takeFolder(state, options.log);

  const closers: (() => Promise<void>)[] = [];
  const supervisor = createSupervisor({
    dir: plan.dir,
    log: options.log,
    onChange: (children) => writeState(Object.assign(state, { children })),
    onGiveUp: (error) => void stop().then(() => options.onGiveUp?.(error)),
    deathsAllowed: options.deathsAllowed,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      // The front door first, so that nobody is served by half a stack; Postgres last (the supervisor sees to it).
      for (const close of closers.reverse()) await close();
      await supervisor.stop();
      removeState(plan.dir);
    })();
    return stopped;
  };
  const abort = () => void stop();
  options.signal?.addEventListener("abort", abort, { once: true });

  try {
    const patience = reaped ? PREDECESSOR_PATIENCE_MS : 0;
    await requireFree(plan.port, "STACK_PORT", patience);
    await requireFree(plan.cluster.port, "STACK_DB_PORT", patience);
    const step = stepper(options);
    await bringUp(plan, supervisor, step, options);
    closers.push((await step("ticker", () => startTicker(plan.cluster.port, options.log))).close);
    closers.push((await step("gateway", () => openGateway(plan, state))).close);
    if (stopped) throw new StackError("the start was interrupted");
    writeState(Object.assign(state, { status: "ready" }));
    return Object.assign(state, { stop });
  } catch (error) {
    await stop();
    throw options.signal?.aborted ? new StackError("the start was interrupted") : error;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}

type Step = <T>(name: string, work: () => T | Promise<T>) => Promise<T>;

async function bringUp(plan: Plan, supervisor: Supervisor, step: Step, options: StackOptions): Promise<void> {
  const { cluster, cold } = plan;
  const auth = () => step("auth", () => supervisor.start(authPart(plan)));
  const rest = () => step("rest", () => supervisor.start(restPart(plan)));
  const storage = () => step("storage", () => supervisor.start(storagePart(plan)));
  await step("postgres binaries", () => preparePostgres(cluster.binaries));
  // These come up beside the database. A new stack first needs its cluster and Auth's tables, and every core for them; the
  // others come up while migrations run, which one core does.
  const newAuth = cold && auth();
  const others = newAuth
    ? newAuth.then(() => startOthers(plan, supervisor, step))
    : startOthers(plan, supervisor, step);
  others.catch(() => {}); // awaited below; until then a failure must not count as unhandled

  if (cold) {
    rmSync(plan.builtMark, { force: true });
    rmSync(storageFilesDir(plan.dir), { recursive: true, force: true });
    await step("cluster", () => initCluster(cluster));
  }
  await step("postgres", () => supervisor.start(postgresService(cluster)));
  if (cold) await step("bootstrap", () => bootstrap(cluster.port));
  await writeSecrets(cluster.port, {
    functions_url: `${plan.url}/functions/v1`,
    functions_secret_key: plan.keys.secretKey,
  });
  if (cold) {
    await newAuth; // its tables come first: migrations refer to auth.users
    await buildDatabase(plan, step);
    const history =
      options.history !== false &&
      step("history", () => loadHistory(plan.project, databaseUrl(cluster.port, "postgres")));
    await Promise.all([history, rest(), storage()]);
    writeFileSync(plan.builtMark, groundVersion());
  } else {
    await updateDatabase(plan, step, options.log);
    await Promise.all([auth(), rest(), storage()]);
  }
  await others;
}

async function startOthers(plan: Plan, supervisor: Supervisor, step: Step): Promise<void> {
  const { runFunctions, runMail, runProvider, payments } = plan;
  if (runFunctions) await step("functions", () => supervisor.start(functionsPart(plan)));
  if (runProvider && payments) await step("payment provider", () => supervisor.start(providerPart(plan, payments)));
  if (runMail) await step("mail sink", () => supervisor.start(mailPart(plan)));
}

async function buildDatabase(plan: Plan, step: Step): Promise<void> {
  const { port } = plan.cluster;
  await step("migrations and seed", () => pushMigrations(plan.project, databaseUrl(port, "postgres"), true));
  if (plan.keepsTemplate) await step("template database", () => createTemplate(port));
  appliedMigrations(plan.appliedFile).record(plan.project);
}

async function updateDatabase(plan: Plan, step: Step, log: (line: string) => void): Promise<void> {
  const { project, cluster } = plan;
  if (readFileSync(plan.builtMark, "utf8") !== groundVersion()) {
    log("the database was built on older ground (roles, shims); npm run db:reset builds it anew");
  }
  const applied = appliedMigrations(plan.appliedFile);
  if (applied.isCurrent(project)) return;
  for (const name of applied.edited(project)) {
    log(`migration ${name} was applied with other content; npm run db:reset builds the database anew`);
  }
  await step("new migrations", () => pushMigrations(project, databaseUrl(cluster.port, "postgres"), false));
  applied.record(project);
  if (!plan.keepsTemplate) return;
  // Roles belong to the whole cluster, so a migration that makes one cannot run again in the template.
  await step("template database", () =>
    withTemplateOpen(cluster.port, (url) => pushMigrations(project, url, false)),
  ).catch((error: Error) =>
    log(`the template database stays as it was: ${error.message}; npm run db:reset builds it anew`),
  );
}

function openGateway(plan: Plan, { adminDbUrl }: StackState) {
  const { auth, rest, functions, storage } = plan.ports;
  const { functionSettings } = plan.project;
  const { port, keys } = plan;
  return startGateway({
    port,
    keys,
    authPort: auth,
    restPort: rest,
    functionsPort: functions,
    storagePort: storage,
    functionSettings,
    adminDbUrl,
  });
}

function stepper({ onProgress, signal }: StackOptions): Step {
  return async (name, work) => {
    signal?.throwIfAborted();
    const begun = performance.now();
    const result = await work();
    onProgress?.(name, Math.round(performance.now() - begun));
    return result;
  };
}

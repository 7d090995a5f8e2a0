// Liveness says that the process answers. Readiness asks everything an order depends on; anybody may learn the verdict and
// the codes of its reasons, the details need the secret key. Probes share one examination: asking often costs nothing.
import { type Identify, refuseInvalid } from "../_shared/caller.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { describe, type FunctionOptions, json } from "../_shared/serve.ts";
import type { Trace } from "../_shared/trace.ts";
import { type Check, databaseChecks, healthSchema, judge, type ProviderHealth, providerCheck } from "./checks.ts";

export interface HealthDependencies {
  readonly identify: Identify;
  readonly rpc: Rpc;
  readonly pingProvider: () => Promise<ProviderHealth>;
  /** Milliseconds. */
  readonly now: () => number;
}

const REPORT_FRESH_MS = 2_000;
const PING_FRESH_MS = 15_000;

export function healthRoutes(dependencies: HealthDependencies): FunctionOptions["routes"] {
  const { identify, rpc, now } = dependencies;
  const ping = shared(dependencies.pingProvider, PING_FRESH_MS, now);

  async function database(trace: Trace): Promise<Check[]> {
    const asked = now();
    try {
      const health = healthSchema.parse(await rpc("get_health", {}, trace));
      const answered: Check = { name: "database", status: "ok", detail: { ms: now() - asked } };
      return [answered, ...databaseChecks(health)];
    } catch (error) {
      const detail = { ms: now() - asked, error: describe(error) };
      return [{ name: "database", status: "down", reason: "database_unavailable", detail }];
    }
  }

  const examine = shared(
    async (trace: Trace) => {
      const [provider, fromDatabase] = await Promise.all([ping(), database(trace)]);
      const checks = [...fromDatabase, providerCheck(provider)];
      return { ...judge(checks), checks };
    },
    REPORT_FRESH_MS,
    now,
  );

  return {
    "GET /live": () => json({ status: "ok" }),
    "GET /ready": async ({ request, trace, log }) => {
      const caller = refuseInvalid(await identify(request.headers));
      const { status, reasons, checks } = await examine(trace);
      if (status !== "ok") log.write("warn", "not well", { status, reasons: reasons.join(",") });
      const trusted = caller.outcome === "matched" && caller.kind === "secret";
      return json(trusted ? { status, reasons, checks } : { status, reasons }, status === "down" ? 503 : 200);
    },
  };
}

/** One run serves everybody who asks while it lasts and for a moment after. */
function shared<A extends unknown[], T>(work: (...args: A) => Promise<T>, freshMs: number, now: () => number) {
  let current: { readonly value: Promise<T>; until: number } | null = null;
  return (...args: A): Promise<T> => {
    if (current && now() < current.until) return current.value;
    const run = { value: work(...args), until: Number.POSITIVE_INFINITY };
    current = run;
    const settle = () => {
      run.until = now() + freshMs;
    };
    run.value.then(settle, settle);
    return run.value;
  };
}

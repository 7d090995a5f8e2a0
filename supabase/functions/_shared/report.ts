// Faults, not refusals, go to Sentry where a DSN is set. The library is loaded only then; it is told to collect no
// personal data, and events leave without request, user, breadcrumbs and host, whatever an integration put there.
import type { Env } from "./env.ts";

export type Report = (error: unknown, tags: Record<string, string>) => void;

export async function createReport(env: Pick<Env, "SENTRY_DSN" | "SENTRY_ENVIRONMENT">, name: string): Promise<Report> {
  if (!env.SENTRY_DSN) return () => {};
  const sentry = await import("@sentry/deno");
  sentry.init({
    dsn: env.SENTRY_DSN,
    ...(env.SENTRY_ENVIRONMENT ? { environment: env.SENTRY_ENVIRONMENT } : {}),
    sendDefaultPii: false,
    defaultIntegrations: false,
    beforeSend: ({ request: _r, user: _u, breadcrumbs: _b, server_name: _s, ...event }) => event,
  });
  return (error, tags) => {
    sentry.captureException(error, { tags: { ...tags, function: name } });
  };
}

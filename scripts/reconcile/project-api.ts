/** The two calls of the API that a reconciliation needs. What they answer is read, not trusted. */
import { z } from "zod";
import type { Project } from "./options.ts";

const run = z.looseObject({
  run_id: z.string(),
  window_from: z.string(),
  window_to: z.string(),
  step: z.string(),
  counts: z.record(z.string(), z.number()),
  last_error: z.string().nullable(),
  outcome: z.enum(["clean", "differences", "failed"]).nullable(),
});
export type Run = z.output<typeof run>;

const status = z.object({
  run: run.nullable(),
  open_findings: z.number(),
  findings: z.array(
    z.looseObject({
      finding_id: z.string(),
      kind: z.string(),
      subject: z.string(),
      first_seen_at: z.string(),
      detail: z.unknown(),
    }),
  ),
  days: z.array(
    z.looseObject({ day: z.string(), currency: z.string(), provider_minor: z.number(), books_minor: z.number() }),
  ),
});
export type Status = z.output<typeof status>;

export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

export function projectApi({ url, secretKey }: Project) {
  async function call(name: string, args: object): Promise<unknown> {
    const response = await fetch(`${url}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: { apikey: secretKey, "content-type": "application/json" },
      body: JSON.stringify(args),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    const problem = z.object({ message: z.string(), details: z.string().nullish() }).safeParse(parse(text));
    const { message, details } = problem.data ?? { message: String(response.status), details: text.slice(0, 200) };
    throw new Refusal(message, details ?? "");
  }
  return {
    request: async (since: Date | null) =>
      run.parse(await call("request_reconciliation", since === null ? {} : { p_since: since.toISOString() })),
    status: async (runId?: string) =>
      status.parse(await call("get_reconciliation_status", runId === undefined ? {} : { p_run_id: runId })),
  };
}
export type ProjectApi = ReturnType<typeof projectApi>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

// Two doors. POST / is for guests and staff apps: it starts paying an order, with the guest's own secret and the caller's
// own rights. POST /dispatch is for the project's machinery alone: it makes the provider calls that the database queued.
import { z } from "zod";
import { parseJson, readBytes } from "../_shared/body.ts";
import { type Caller, type Identify, refuseInvalid, requireSecret } from "../_shared/caller.ts";
import { Problem, problem } from "../_shared/problem.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type FunctionOptions, json } from "../_shared/serve.ts";
import { providerProblem } from "../_shared/stripe-client.ts";
import { dispatch } from "./dispatch.ts";
import type { PaymentProvider } from "./provider.ts";
import { startPayment } from "./start.ts";

export const LARGEST_BODY_BYTES = 8 * 1024;

export interface PaymentsDependencies {
  readonly identify: Identify;
  readonly callerRpc: (caller: Exclude<Caller, { outcome: "invalid" }>) => Rpc;
  readonly serviceRpc: Rpc;
  readonly provider: PaymentProvider;
  readonly now: () => number;
}

/** Back to the app over https, or to a developer's own machine. */
const returnUrl = z
  .string()
  .max(2_000)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || url.username || url.password) return false;
    const own = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
    return url.protocol === "https:" || (url.protocol === "http:" && own);
  }, "an https address, or http on localhost");

const body = z.strictObject({
  // A NUL, which JSON can carry and Postgres cannot, ends here.
  session_token: z
    .string()
    .max(255)
    .regex(/^[\w-]+$/, "not a session token"),
  order_id: z.guid(),
  method: z.enum(["payment_intent", "checkout"]),
  return_url: returnUrl.optional(),
});

export function paymentsRoutes(dependencies: PaymentsDependencies): FunctionOptions["routes"] {
  const { identify, callerRpc, serviceRpc, provider, now } = dependencies;
  return {
    "POST /": async ({ request, trace, log }) => {
      const caller = refuseInvalid(await identify(request.headers));
      const parsed = body.safeParse(parseJson(await readBytes(request, LARGEST_BODY_BYTES)));
      if (!parsed.success) throw problem("invalid_input", { detail: explain(parsed.error) });
      const { session_token, order_id, method, return_url } = parsed.data;
      if (method === "checkout" && return_url === undefined) {
        throw problem("invalid_input", { detail: "return_url: required for checkout" });
      }
      const wanted = { sessionToken: session_token, orderId: order_id, method, returnUrl: return_url };
      try {
        const answer = await startPayment(wanted, { callerRpc: callerRpc(caller), serviceRpc, provider, trace });
        log.write("info", "payment", { payment_id: answer.payment_id, method, status: answer.status });
        return json(answer);
      } catch (error) {
        throw error instanceof Problem ? error : (providerProblem(error) ?? error);
      }
    },

    "POST /dispatch": async ({ request, trace, log }) => {
      requireSecret(await identify(request.headers));
      const report = await dispatch({ rpc: serviceRpc, provider, trace, log, now });
      log.write("info", "dispatched", { ...report });
      return json(report);
    },
  };
}

function explain(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`)
    .join("; ")
    .slice(0, 500);
}

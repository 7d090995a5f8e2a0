// For guests and staff apps: starts paying an order, with the guest's own secret and the caller's own rights.
import { z } from "zod";
import { parseJson, readBytes } from "../_shared/body.ts";
import { type Caller, type Identify, refuseInvalid } from "../_shared/caller.ts";
import type { PaymentProvider } from "../_shared/payment-provider.ts";
import { Problem, problem } from "../_shared/problem.ts";
import { returnUrl } from "../_shared/return-url.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type FunctionOptions, json } from "../_shared/serve.ts";
import { providerProblem } from "../_shared/stripe-client.ts";
import { startPayment } from "./start.ts";

export const LARGEST_BODY_BYTES = 8 * 1024;

export interface PaymentsDependencies {
  readonly identify: Identify;
  readonly callerRpc: (caller: Exclude<Caller, { outcome: "invalid" }>) => Rpc;
  readonly serviceRpc: Rpc;
  readonly provider: PaymentProvider;
}

const body = z.strictObject({
  // A NUL, which JSON can carry and Postgres cannot, ends here.
  session_token: z
    .string()
    .max(255)
    .regex(/^[\w-]+$/, "not a session token"),
  order_id: z.guid(),
  share_id: z.guid().optional(),
  method: z.enum(["payment_intent", "checkout"]),
  return_url: returnUrl.optional(),
  idempotency_key: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[\x20-\x7e]+$/, "printable ASCII")
    .optional(),
});

export function paymentsRoutes(dependencies: PaymentsDependencies): FunctionOptions["routes"] {
  const { identify, callerRpc, serviceRpc, provider } = dependencies;
  return {
    "POST /": async ({ request, trace, log }) => {
      const caller = refuseInvalid(await identify(request.headers));
      const parsed = body.safeParse(parseJson(await readBytes(request, LARGEST_BODY_BYTES)));
      if (!parsed.success) throw problem("invalid_input", { detail: explain(parsed.error) });
      const { session_token, order_id, share_id, method, return_url, idempotency_key } = parsed.data;
      if (method === "checkout" && return_url === undefined) {
        throw problem("invalid_input", { detail: "return_url: required for checkout" });
      }
      const wanted = {
        sessionToken: session_token,
        orderId: order_id,
        shareId: share_id,
        method,
        returnUrl: return_url,
        idempotencyKey: idempotency_key,
      };
      try {
        const answer = await startPayment(wanted, { callerRpc: callerRpc(caller), serviceRpc, provider, trace });
        log.write("info", "payment", { payment_id: answer.payment_id, method, status: answer.status });
        return json(answer);
      } catch (error) {
        throw error instanceof Problem ? error : (providerProblem(error) ?? error);
      }
    },
  };
}

function explain(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`)
    .join("; ")
    .slice(0, 500);
}

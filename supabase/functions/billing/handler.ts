// For owners' apps: choosing, changing and ending a plan, the portal in which it is paid, and the account to which guests' money goes on. Thin: the database decides who
// may and what a change consists of; the provider takes the money.
import { z } from "zod";
import type { BillingProvider } from "../_shared/billing-provider.ts";
import { parseJson, readBytes } from "../_shared/body.ts";
import { type Caller, type Identify, refuseInvalid } from "../_shared/caller.ts";
import type { ConnectProvider } from "../_shared/connect-provider.ts";
import { Problem, problem } from "../_shared/problem.ts";
import { returnUrl } from "../_shared/return-url.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { type Call, type FunctionOptions, json } from "../_shared/serve.ts";
import { providerProblem } from "../_shared/stripe-client.ts";
import { accountRequest, linkAccount } from "./account.ts";
import { changeSubscription } from "./change.ts";

export const LARGEST_BODY_BYTES = 8 * 1024;

export interface BillingDependencies {
  readonly identify: Identify;
  readonly callerRpc: (caller: Exclude<Caller, { outcome: "invalid" }>) => Rpc;
  readonly serviceRpc: Rpc;
  readonly provider: BillingProvider;
  readonly accounts: ConnectProvider;
}

const organisation_id = z.guid();
const key = z.string().regex(/^[a-z_]{1,40}$/, "a plan or an add-on");
const change = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("checkout"),
    organisation_id,
    item: key,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .optional(),
    interval: z.enum(["month", "year"]).optional(),
    return_url: returnUrl,
  }),
  z.strictObject({ kind: z.enum(["plan", "add_on", "remove_add_on"]), organisation_id, item: key }),
  z.strictObject({ kind: z.enum(["cancel", "resume"]), organisation_id }),
]);
const portal = z.strictObject({ organisation_id, return_url: returnUrl });
const customerOf = z.object({ customer: z.string() });

export function billingRoutes(dependencies: BillingDependencies): FunctionOptions["routes"] {
  const { identify, callerRpc, serviceRpc, provider, accounts } = dependencies;

  /** Who calls, and what for; what the provider refuses is said in our words. */
  async function answer<T>({ request }: Call, schema: z.ZodType<T>, work: (rpc: Rpc, body: T) => Promise<unknown>) {
    const caller = refuseInvalid(await identify(request.headers));
    const parsed = schema.safeParse(parseJson(await readBytes(request, LARGEST_BODY_BYTES)));
    if (caller.outcome !== "matched" || caller.kind !== "user") throw problem("not_authenticated");
    if (!parsed.success) throw problem("invalid_input", { detail: z.prettifyError(parsed.error).slice(0, 500) });
    try {
      return json(await work(callerRpc(caller), parsed.data));
    } catch (error) {
      throw error instanceof Problem ? error : (providerProblem(error) ?? error);
    }
  }

  return {
    "POST /": (call) =>
      answer(call, change, async (rpc, body) => {
        const made = await changeSubscription(body, { callerRpc: rpc, serviceRpc, provider, trace: call.trace });
        call.log.write("info", "billing change", { change_id: made.change_id, kind: body.kind });
        return made;
      }),
    "POST /account": (call) =>
      answer(call, accountRequest, async (rpc, body) => {
        const linked = await linkAccount(body, { callerRpc: rpc, serviceRpc, accounts, trace: call.trace });
        call.log.write("info", "account link", { account_id: linked.account_id });
        return linked;
      }),
    "POST /portal": (call) =>
      answer(call, portal, async (rpc, { organisation_id: id, return_url }) => {
        const { customer } = customerOf.parse(await rpc("get_billing_customer", { p_organisation_id: id }, call.trace));
        return { portal_url: await provider.openPortal(customer, return_url) };
      }),
  };
}

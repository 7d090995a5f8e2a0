// Looks at an organisation's own account: asks the provider what is true now and hands it to the database, which knows by
// seen_at whether a later look has been there before. Of the account only what decides is handed on: no names, no papers.
import { z } from "zod";
import type { ConnectProvider } from "../_shared/connect-provider.ts";
import type { Json } from "../_shared/database.types.ts";
import type { Rpc } from "../_shared/rpc.ts";
import { DONE, type JobHandler } from "./job.ts";

export interface AccountsDependencies {
  readonly rpc: Rpc;
  readonly accounts: Pick<ConnectProvider, "retrieveAccount">;
}

const changed = z.object({
  account_reference: z.string().startsWith("acct_"),
  seen_at: z.iso.datetime({ offset: true }),
});

export const lookAtAccount =
  ({ rpc, accounts }: AccountsDependencies): JobHandler =>
  async (payload, trace) => {
    const { account_reference, seen_at } = changed.parse(payload);
    const account = await accounts.retrieveAccount(account_reference);
    const { id, object } = account;
    const said = "charges_enabled" in account ? statusOf(account) : { deleted: true };
    await rpc("apply_account", { p_object: { id, object, ...said } as Json, p_seen_at: seen_at }, trace);
    return DONE;
  };

type Account = Exclude<Awaited<ReturnType<ConnectProvider["retrieveAccount"]>>, { deleted: true }>;

const statusOf = ({ charges_enabled, payouts_enabled, capabilities, requirements }: Account) => ({
  charges_enabled,
  payouts_enabled,
  capabilities: { card_payments: capabilities?.card_payments, transfers: capabilities?.transfers },
  requirements: { currently_due: requirements?.currently_due, disabled_reason: requirements?.disabled_reason },
});

// An organisation's own account at the provider: reserve (database, with the caller's rights) → make it, under the reservation's
// key → attach (database) → a link to fill it in. Asked again, it is the same account and a new link. What the account can do
// follows from what the provider then says.
import { z } from "zod";
import type { ConnectProvider } from "../_shared/connect-provider.ts";
import { returnUrl } from "../_shared/return-url.ts";
import type { Rpc } from "../_shared/rpc.ts";
import type { Trace } from "../_shared/trace.ts";

export const accountRequest = z.strictObject({
  organisation_id: z.guid(),
  /** Where the owner is sent when the link has expired or was used: there the app asks for another. */
  refresh_url: returnUrl,
  return_url: returnUrl,
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, "ISO 3166")
    .optional(),
});
export type AccountRequest = z.output<typeof accountRequest>;

const reserved = z.object({
  account_id: z.guid(),
  organisation_id: z.guid(),
  provider_reference: z.string().nullable(),
  email: z.string().nullable(),
});

export interface AccountDependencies {
  readonly callerRpc: Rpc;
  readonly serviceRpc: Rpc;
  readonly accounts: ConnectProvider;
  readonly trace: Trace;
}

export async function linkAccount(
  { organisation_id, refresh_url, return_url, country }: AccountRequest,
  { callerRpc, serviceRpc, accounts, trace }: AccountDependencies,
): Promise<{ account_id: string; onboarding_url: string }> {
  const account = reserved.parse(await callerRpc("start_account_link", { p_organisation_id: organisation_id }, trace));
  const { account_id, email } = account;
  let reference = account.provider_reference;
  if (reference === null) {
    reference = await accounts.createAccount({
      accountId: account_id,
      organisationId: organisation_id,
      email,
      country,
    });
    await serviceRpc("attach_account", { p_account_id: account_id, p_provider_reference: reference }, trace);
  }
  const urls = { refreshUrl: refresh_url, returnUrl: return_url };
  return { account_id, onboarding_url: await accounts.openOnboarding(reference, urls) };
}

// A connected account, pure: somebody else's account at the provider, which Stripe lets take charges and transfers when its owner
// has filled it in, and may stop at any time.
import type Stripe from "stripe";
import type { EventDraft } from "./event-draft.ts";
import { invalid, StripeFailure } from "./failure.ts";
import type { Mint } from "./mint.ts";

export type Account = Stripe.Account & { created: number };

const DUE = ["business_type", "external_account", "tos_acceptance.date"];

/** 403, whether there is no such account or it is not ours. */
export const noAccess = (id: string): StripeFailure =>
  new StripeFailure(403, {
    type: "invalid_request_error",
    code: "account_invalid",
    message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
  });

export interface NewAccount {
  readonly country?: string | undefined;
  readonly email?: string | null | undefined;
  readonly metadata: Stripe.Metadata;
  readonly capabilities: readonly ("card_payments" | "transfers")[];
}

export const newAccount = ({ country, email, metadata, capabilities }: NewAccount, mint: Mint): Account => ({
  id: mint.id("acct", 16),
  object: "account",
  business_type: null,
  capabilities: Object.fromEntries(capabilities.map((name) => [name, "inactive"])),
  charges_enabled: false,
  country: country ?? "GB",
  created: mint.now,
  default_currency: "gbp",
  details_submitted: false,
  email: email ?? null,
  metadata,
  payouts_enabled: false,
  requirements: requirements(DUE, "requirements.past_due"),
  type: "express",
});

const requirements = (
  due: readonly string[],
  reason: Stripe.Account.Requirements.DisabledReason | null,
): Stripe.Account.Requirements => ({
  alternatives: [],
  current_deadline: null,
  currently_due: [...due],
  disabled_reason: reason,
  errors: [],
  eventually_due: [...due],
  past_due: [...due],
  pending_verification: [],
});

export interface AccountChange {
  readonly charges_enabled?: boolean | undefined;
  readonly payouts_enabled?: boolean | undefined;
  readonly disabled_reason?: Stripe.Account.Requirements.DisabledReason | null | undefined;
}

/** What Stripe decides about an account: its capabilities follow its charges. */
export function changeAccount(account: Account, change: AccountChange): Account {
  const isEnabled = change.charges_enabled ?? account.charges_enabled;
  const state = isEnabled ? "active" : "inactive";
  const names = Object.keys(account.capabilities ?? {});
  return {
    ...account,
    capabilities: Object.fromEntries(names.map((name) => [name, state])),
    charges_enabled: isEnabled,
    details_submitted: account.details_submitted || isEnabled,
    payouts_enabled: change.payouts_enabled ?? account.payouts_enabled,
    requirements: requirements(
      isEnabled ? [] : (account.requirements?.currently_due ?? DUE),
      isEnabled ? null : (change.disabled_reason ?? "requirements.past_due"),
    ),
  };
}

export const accountUpdated = (account: Account): EventDraft => ({
  type: "account.updated",
  object: account,
  account: account.id,
});

export function assertTakesTransfers(account: Account, settles: boolean): void {
  if (account.capabilities?.transfers !== "active") {
    throw invalid(
      "Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments",
      { code: "insufficient_capabilities_for_transfer", param: "transfer_data[destination]" },
    );
  }
  if (settles && account.capabilities.card_payments !== "active") {
    const message =
      "The account referenced in the 'on_behalf_of' parameter is missing the required capabilities: card_payments.";
    throw invalid(message, { param: "on_behalf_of" });
  }
}

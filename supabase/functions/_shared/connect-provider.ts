// What Servio asks of the payment provider about organisations' own accounts. Express: the provider asks their owners for what it
// must know, pays them out and shows them their money; Servio sees none of their papers.
import Stripe from "stripe";
import type { Guard } from "./guard.ts";

export interface NewAccount {
  readonly accountId: string;
  readonly organisationId: string;
  readonly email: string | null;
  /** Where the restaurant is, ISO 3166; absent, the provider takes the platform's own. */
  readonly country: string | undefined;
}

/** An account that is gone, or is not ours any more, in the provider's own words for a deleted one. */
export interface GoneAccount {
  readonly id: string;
  readonly object: "account";
  readonly deleted: true;
}

export interface ConnectProvider {
  createAccount(account: NewAccount): Promise<string>;
  /** The provider's page on which the owner fills the account in: good for one visit, and a few minutes. */
  openOnboarding(reference: string, urls: { refreshUrl: string; returnUrl: string }): Promise<string>;
  retrieveAccount(reference: string): Promise<Stripe.Account | GoneAccount>;
}

const { StripeInvalidRequestError, StripePermissionError } = Stripe.errors;

export function createConnectProvider(stripe: Stripe, guard: Guard): ConnectProvider {
  const call = <T>(work: () => Promise<T>): Promise<T> => guard.run(work, { repeatable: true });
  return {
    async createAccount({ accountId, organisationId, email, country }) {
      const { id } = await call(() =>
        stripe.accounts.create(
          {
            type: "express",
            ...(country === undefined ? {} : { country }),
            ...(email === null ? {} : { email }),
            // Transfers for destination charges; card payments, because the restaurant is the merchant of what it sells.
            capabilities: { card_payments: { requested: true }, transfers: { requested: true } },
            metadata: { account_id: accountId, organisation_id: organisationId },
          },
          { idempotencyKey: `account:${accountId}` },
        ),
      );
      return id;
    },

    async openOnboarding(reference, { refreshUrl, returnUrl }) {
      const { url } = await call(() =>
        stripe.accountLinks.create({
          account: reference,
          type: "account_onboarding",
          refresh_url: refreshUrl,
          return_url: returnUrl,
        }),
      );
      return url;
    },

    async retrieveAccount(reference) {
      try {
        return await call(() => stripe.accounts.retrieve(reference));
      } catch (error) {
        if (!isUnknownAccount(error)) throw error;
        return { id: reference, object: "account", deleted: true };
      }
    },
  };
}

const isUnknownAccount = (error: unknown): boolean =>
  (error instanceof StripePermissionError && error.code === "account_invalid") ||
  (error instanceof StripeInvalidRequestError && error.code === "resource_missing");

/** The provider will not send money to this account: it was asked for too early, was stopped, or is gone. */
export const isDestinationRefusal = (error: unknown): boolean =>
  error instanceof StripeInvalidRequestError && /transfer_data|on_behalf_of/.test(error.param ?? "");

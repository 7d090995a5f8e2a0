// /v1/accounts, /v1/account_links, /v1/transfers and /v1/application_fees: accounts of others, who fill them in on a page of
// Stripe's, and what destination charges have sent to them.
import type Stripe from "stripe";
import { z } from "zod";
import {
  type Account,
  type AccountChange,
  accountUpdated,
  changeAccount,
  newAccount,
  noAccess,
} from "../connected-account.ts";
import type { Desk } from "../desk.ts";
import { flag, listParams, metadata, text, url } from "../params.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

const capability = z.strictObject({ requested: flag }).optional();
const accountParams = z.strictObject({
  capabilities: z.strictObject({ card_payments: capability, transfers: capability }).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, { error: "Country is not a valid ISO 3166-1 country code" })
    .optional(),
  email: z.email().optional(),
  metadata: metadata.optional(),
  type: z.enum(["express"]),
});
const linkParams = z.strictObject({
  account: text,
  refresh_url: url,
  return_url: url,
  type: z.enum(["account_onboarding"]),
});

export interface OnboardingLink {
  readonly account: string;
  readonly refresh_url: string;
  readonly return_url: string;
  readonly expires_at: number;
  readonly is_used: boolean;
}

const LINK_LIVES_SECONDS = 300;

export function needAccount(desk: Desk, id: string): Account {
  const account = desk.store.get("account", id);
  if (!account) throw noAccess(id);
  return account;
}

/** What Stripe decides about an account, and tells. */
export function decideAccount(desk: Desk, id: string, change: AccountChange): Account {
  const next = changeAccount(needAccount(desk, id), change);
  desk.save([next], [accountUpdated(next)]);
  return next;
}

export function deleteAccount(desk: Desk, id: string): Stripe.DeletedAccount {
  needAccount(desk, id);
  desk.store.remove(id);
  return { id, object: "account", deleted: true };
}

const accounts = "/v1/accounts";
const transfers = "/v1/transfers";
const fees = "/v1/application_fees";
export const accountRoutes = [
  route("POST", accounts, accountParams, ({ desk }, params) => {
    const asked = Object.entries(params.capabilities ?? {}).filter(([, wanted]) => wanted?.requested);
    const capabilities = asked.map(([name]) => name as "card_payments" | "transfers");
    const { country, email } = params;
    const account = newAccount(
      { country, email, metadata: mergeMetadata({}, params.metadata), capabilities },
      desk.mint,
    );
    desk.save([account]);
    return account;
  }),
  route("GET", accounts, z.strictObject(listParams), ({ desk }, page) =>
    listOf(accounts, desk.store.list("account", page)),
  ),
  route("GET", `${accounts}/:id`, z.strictObject({}), ({ desk, id }) => needAccount(desk, id)),
  route("DELETE", `${accounts}/:id`, z.strictObject({}), ({ desk, id }) => deleteAccount(desk, id)),
  route("POST", "/v1/account_links", linkParams, ({ desk }, { account, refresh_url, return_url }) => {
    needAccount(desk, account);
    const id = desk.mint.id("onboarding", 32);
    const expires_at = desk.mint.now + LINK_LIVES_SECONDS;
    const link: OnboardingLink = { account, refresh_url, return_url, expires_at, is_used: false };
    desk.store.saveDetail(id, link);
    const made = {
      object: "account_link" as const,
      created: desk.mint.now,
      expires_at,
      url: `${desk.baseUrl}/c/onboarding/${id}`,
    };
    return made satisfies Stripe.AccountLink;
  }),
  route(
    "GET",
    transfers,
    z.strictObject({ ...listParams, destination: text.optional() }),
    ({ desk }, { destination, ...page }) => listOf(transfers, desk.store.list("transfer", page, { destination })),
  ),
  route("GET", `${transfers}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("transfer", id)),
  route("GET", fees, z.strictObject(listParams), ({ desk }, page) =>
    listOf(fees, desk.store.list("application_fee", page)),
  ),
  route("GET", `${fees}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("application_fee", id)),
];

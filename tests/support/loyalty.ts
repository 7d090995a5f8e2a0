/** A venue's loyalty programme and its members: whoever holds a card. */
import { type Actor, guest } from "./actors.ts";
import { type Api, must } from "./api.ts";
import { place, type Session, snack } from "./guests.ts";

export interface Member {
  readonly accountId: string;
  /** The secret that the guest's device shows as a QR code. */
  readonly card: string;
}

interface Joined {
  readonly card: string;
  readonly account: { readonly account_id: string };
}

/** One point for each 1.00, worth 0.05. */
export const TERMS = {
  p_name: "House points",
  p_is_active: true,
  p_earn_points: 1,
  p_earn_per_minor: 100,
  p_point_value_minor: 5,
  p_min_redeem_points: 20,
  p_expires_after_days: 365,
};

export const offerLoyalty = async (api: Api, by: Actor, venueId: string, terms: object = {}) =>
  must(await api.rpc(by, "save_loyalty_programme", { p_venue_id: venueId, ...TERMS, ...terms }));

export async function join(api: Api, session: Session, by: Actor = guest): Promise<Member> {
  const joined = must(await api.rpc<Joined>(by, "join_loyalty", { p_session_token: session.session_token }));
  return { accountId: joined.account.account_id, card: joined.card };
}

export const giving = ({ accountId }: Member, points: number, key: string) => ({
  p_account_id: accountId,
  p_points: points,
  p_reason: "welcome",
  p_idempotency_key: key,
});

/** A part of an order: the card that comes with it, and how many points it redeems. */
export const loyalty = ({ card }: Member, points?: number) => ({ loyalty: { card, ...(points ? { points } : {}) } });

export interface Loyal {
  readonly member: Member;
}

/** Somebody who has joined, been given points and redeemed some. */
export async function makeLoyal(api: Api, owner: Actor, venueId: string, session: Session, itemId: string) {
  await offerLoyalty(api, owner, venueId);
  const member = await join(api, session);
  must(await api.rpc(owner, "adjust_points", giving(member, 100, "welcome")));
  must(await place(api, session, { ...snack(itemId, "pay_later"), ...loyalty(member, 40) }));
  return { member };
}

/** What functions about loyalty are called with. */
export const loyaltyArguments = ({ member }: Loyal) => ({
  ...TERMS,
  p_account_id: member.accountId,
  p_card: member.card,
  p_points: 5,
});

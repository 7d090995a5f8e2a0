/** What the demo relies on in each answer of the database. Answers are parsed, so that a change of contract fails here. */
import { z } from "zod";

const uuid = z.uuid();
const minor = z.number().int();
const count = z.number().int().positive();

export const organisationAnswer = z.object({
  id: uuid,
  name: z.string(),
  slug: z.string(),
  subscription_status: z.string(),
});
export const venueAnswer = z.object({ id: uuid, organisation_id: uuid, slug: z.string(), currency: z.string() });
export const publishAnswer = z.object({ version: count, changed: z.boolean() });
export const qrAnswer = z.object({ qr_code_id: uuid, kind: z.string(), token: z.string().min(40) });
export const invitationAnswer = z.object({ invitation_id: uuid, token: z.string().min(40) });
export const membershipAnswer = z.object({ membership_id: uuid, role: z.string() });

export const sessionAnswer = z.object({
  session_token: z.string().min(40),
  session_id: uuid,
  kind: z.string(),
  venue: z.object({ name: z.string(), slug: z.string(), currency: z.string() }),
  table: z.object({ label: z.string() }).nullable(),
});

const option = z.object({ id: uuid, name: z.string(), price_delta_minor: minor });
const group = z.object({ name: z.string(), min: z.number(), max: z.number(), options: z.array(option) });
const item = z.object({ id: uuid, name: z.string(), price_minor: minor, modifier_groups: z.array(group) });
export const menuAnswer = z.object({
  version: count,
  categories: z.array(z.object({ name: z.string(), items: z.array(item) })),
  unavailable_item_ids: z.array(uuid),
});
export type Menu = z.output<typeof menuAnswer>;

export const quoteAnswer = z.object({
  currency: z.string(),
  subtotal_minor: minor,
  tax_minor: minor,
  service_charge_minor: minor,
  tip_minor: minor,
  total_minor: minor,
});

export const orderAnswer = z.object({
  id: uuid,
  number: count,
  status: z.string(),
  payment_status: z.string(),
  currency: z.string(),
  total_minor: minor,
  paid_minor: minor,
  refunded_minor: minor,
  due_minor: minor,
  tip_minor: minor,
});
export type Order = z.output<typeof orderAnswer>;

/** Of the payments function: what a guest's browser hands to the provider's card form. */
export const chargeAnswer = z.object({
  payment_id: uuid,
  client_secret: z.string().regex(/^pi_\w+_secret_\w+$/),
  amount_minor: minor,
  currency: z.string(),
  status: z.string(),
});

export const ticketAnswer = z.object({ ticket_id: uuid, status: z.string(), order_status: z.string() });
export const collectedAnswer = z.object({
  payment_id: uuid,
  amount_minor: minor,
  tip_minor: minor,
  change_minor: minor,
  payment_status: z.string(),
  due_minor: minor,
});
export const refundAnswer = z.object({ refund_id: uuid, amount_minor: minor, status: z.string() });
export const closedAnswer = z.object({ session_id: uuid, closed_at: z.string() });
export const balanceAnswer = z.array(
  z.object({ currency: z.string(), sum_minor: minor, accounts: z.record(z.string(), minor) }),
);
export type Balance = z.output<typeof balanceAnswer>[number];

// /v1/customers: create, retrieve, update, list, delete. A deleted customer is still answered for, as deleted.
import type Stripe from "stripe";
import { z } from "zod";
import type { Mint } from "../mint.ts";
import { listParams, metadata, text, unsettable } from "../params.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

const address = z
  .strictObject({ city: text, country: text, line1: text, line2: text, postal_code: text, state: text })
  .partial();
const fields = {
  address: address.optional(),
  description: unsettable.optional(),
  email: unsettable.optional(),
  metadata: metadata.optional(),
  name: unsettable.optional(),
  phone: unsettable.optional(),
  invoice_settings: z.strictObject({ default_payment_method: text }).optional(),
};
const customerParams = z.strictObject(fields);
type CustomerParams = z.output<typeof customerParams>;

function withParams(customer: Stripe.Customer, params: CustomerParams): Stripe.Customer {
  const { metadata: change, address: place, invoice_settings: settings, ...rest } = params;
  const set = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const none = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    ...customer,
    ...set,
    invoice_settings: { ...customer.invoice_settings, ...settings },
    ...(place ? { address: { ...none, ...place } as Stripe.Address } : {}),
    metadata: mergeMetadata(customer.metadata, change),
  };
}

interface Deleted {
  readonly id: string;
  readonly object: "customer";
  readonly deleted: true;
}

export const blankCustomer = (mint: Mint): Stripe.Customer => ({
  id: mint.id("cus", 14),
  object: "customer",
  address: null,
  balance: 0,
  created: mint.now,
  currency: null,
  default_source: null,
  delinquent: false,
  description: null,
  discount: null,
  email: null,
  invoice_prefix: mint.id("x", 8).slice(2).toUpperCase(),
  invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
  livemode: false,
  metadata: {},
  name: null,
  next_invoice_sequence: 1,
  phone: null,
  preferred_locales: [],
  shipping: null,
  tax_exempt: "none",
  test_clock: null,
});

const base = "/v1/customers";
export const customerRoutes = [
  route("POST", base, customerParams, ({ desk }, params) => {
    const customer = withParams(blankCustomer(desk.mint), params);
    desk.save([customer], [{ type: "customer.created", object: customer }]);
    return customer;
  }),
  route("GET", base, z.strictObject({ ...listParams, email: text.optional() }), ({ desk }, { email, ...page }) =>
    listOf(base, desk.store.list("customer", page, { email })),
  ),
  route("GET", `${base}/:id`, z.strictObject({}), ({ desk, id }) => {
    const deleted = desk.store.detail<Deleted>(id);
    return deleted ?? desk.need("customer", id);
  }),
  route("POST", `${base}/:id`, customerParams, ({ desk, id }, params) => {
    const customer = desk.need("customer", id);
    const next = withParams(customer, params);
    const changed = Object.entries(customer).filter(([key]) => key in params);
    desk.save([next], [{ type: "customer.updated", object: next, previous: Object.fromEntries(changed) }]);
    return next;
  }),
  route("DELETE", `${base}/:id`, z.strictObject({}), ({ desk, id }) => {
    const customer = desk.need("customer", id);
    const deleted: Deleted = { id, object: "customer", deleted: true };
    desk.store.remove(id);
    desk.store.saveDetail(id, deleted);
    desk.save([], [{ type: "customer.deleted", object: customer }]);
    return deleted;
  }),
];

// Payment methods exist only as what a test card becomes when it is used; they can be retrieved, not made by hand.
import type Stripe from "stripe";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { missing } from "../failure.ts";
import { cardByToken, createMethod } from "../test-cards.ts";
import { route } from "./route.ts";

/** `pm_card_visa` and its kind become a payment method of their own, as on Stripe; others must exist. */
export function methodFor(desk: Desk, id: string, customer: string | null): Stripe.PaymentMethod {
  const card = cardByToken(id);
  if (!card) {
    const known = desk.store.get("payment_method", id);
    if (!known) throw missing("PaymentMethod", id, "payment_method");
    return known;
  }
  const method = createMethod(card, customer, desk.mint);
  desk.save([method]);
  return method;
}

export const paymentMethodRoutes = [
  route("GET", "/v1/payment_methods/:id", z.strictObject({}), ({ desk, id }) => desk.need("payment_method", id)),
];

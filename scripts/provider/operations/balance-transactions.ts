// /v1/balance_transactions: what moved on the account, one by one.
import { z } from "zod";
import { currency, listParams, text } from "../params.ts";
import { listOf, route } from "./route.ts";

const path = "/v1/balance_transactions";
const listed = z.strictObject({
  ...listParams,
  currency: currency.optional(),
  source: text.optional(),
  type: text.optional(),
});

export const balanceTransactionRoutes = [
  route("GET", path, listed, ({ desk }, { currency, source, type, ...page }) =>
    listOf(path, desk.store.list("balance_transaction", page, { currency, source, type })),
  ),
  route("GET", `${path}/:id`, z.strictObject({}), ({ desk, id }) => desk.need("balance_transaction", id)),
];

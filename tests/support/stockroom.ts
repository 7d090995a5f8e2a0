/** The back of the house: a supplier, recipes of options, counts and purchase orders, through the calls its people use. */
import { randomUUID } from "node:crypto";
import type { Actor } from "./actors.ts";
import { type Api, must } from "./api.ts";

export interface Stockroom {
  readonly supplierId: string;
  /** Open, with one count. */
  readonly stocktakeId: string;
  /** Sent, nothing received. */
  readonly purchaseOrderId: string;
}

export const onlyId = (rows: readonly { readonly id: string }[]): string => {
  const [row] = rows;
  if (!row) throw new Error("nothing was inserted");
  return row.id;
};

export async function addSupplier(api: Api, by: Actor, venueId: string): Promise<string> {
  const row = { venue_id: venueId, name: "Market", email: "orders@market.example" };
  return onlyId(must(await api.insert(by, "suppliers", [row])));
}

export const writeRecipe = async (api: Api, by: Actor, venueId: string, of: object, lines: readonly object[]) =>
  must(await api.rpc(by, "set_recipe", { p_venue_id: venueId, p_lines: lines, ...of }));

export async function openStocktake(api: Api, by: Actor, venueId: string): Promise<string> {
  const args = { p_venue_id: venueId };
  return must(await api.rpc<{ stocktake_id: string }>(by, "open_stocktake", args)).stocktake_id;
}

/** A purchase order for one ingredient, sent to its supplier. */
export async function order(api: Api, by: Actor, venueId: string, supplierId: string, ingredientId: string, n: number) {
  const lines = [{ ingredient_id: ingredientId, quantity: n, cost_minor: 100 * n }];
  const draft = { p_venue_id: venueId, p_supplier_id: supplierId, p_lines: lines };
  const { purchase_order_id } = must(await api.rpc<{ purchase_order_id: string }>(by, "save_purchase_order", draft));
  must(await api.rpc(by, "send_purchase_order", { p_purchase_order_id: purchase_order_id }));
  return purchase_order_id;
}

export const delivery = (
  purchaseOrderId: string,
  ingredientId: string,
  quantity: number,
  key: string = randomUUID(),
) => ({
  p_purchase_order_id: purchaseOrderId,
  p_lines: [{ ingredient_id: ingredientId, quantity }],
  p_idempotency_key: key,
});

export async function fillStockroom(
  api: Api,
  by: Actor,
  { venueId, ingredientId, optionId }: { venueId: string; ingredientId: string; optionId: string },
): Promise<Stockroom> {
  const line = { ingredient_id: ingredientId, quantity: 1 };
  const supplierId = await addSupplier(api, by, venueId);
  await writeRecipe(api, by, venueId, { p_option_id: optionId }, [line]);
  const stocktakeId = await openStocktake(api, by, venueId);
  must(await api.rpc(by, "count_stock", { p_stocktake_id: stocktakeId, p_lines: [line] }));
  return { supplierId, stocktakeId, purchaseOrderId: await order(api, by, venueId, supplierId, ingredientId, 2) };
}

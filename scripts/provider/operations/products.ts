// /v1/products and /v1/prices: what is sold, and for how much. A price's amount never changes: a new price takes over its
// lookup key.
import type Stripe from "stripe";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { invalid } from "../failure.ts";
import { currency, flag, integer, listParams, metadata, positive, text, unsettable } from "../params.ts";
import { listOf, mergeMetadata, route } from "./route.ts";

const productFields = {
  active: flag.optional(),
  description: unsettable.optional(),
  metadata: metadata.optional(),
  tax_code: text.optional(),
};
const priceFields = {
  active: flag.optional(),
  lookup_key: z.string().max(200).optional(),
  metadata: metadata.optional(),
  nickname: unsettable.optional(),
  tax_behavior: z.enum(["inclusive", "exclusive", "unspecified"]).optional(),
  transfer_lookup_key: flag.optional(),
};
const createPrice = z.strictObject({
  ...priceFields,
  currency,
  product: text,
  recurring: z
    .strictObject({ interval: z.enum(["day", "week", "month", "year"]), interval_count: positive.default(1) })
    .optional(),
  unit_amount: integer,
});
type PriceParams = Omit<z.output<typeof createPrice>, "currency" | "product" | "recurring" | "unit_amount">;

/** The key moves when it may, and else the request is refused. */
function takeKey(desk: Desk, { lookup_key: key, transfer_lookup_key: transfer }: PriceParams, taker: string | null) {
  if (key === undefined) return;
  const [holder] = desk.store.all("price", { lookup_key: key }).filter(({ id }) => id !== taker);
  if (!holder) return;
  if (!transfer) {
    throw invalid(`A price (\`${holder.id}\`) already uses that lookup key.`, { param: "lookup_key" });
  }
  desk.save([{ ...holder, lookup_key: null }]);
}

function createdPrice(desk: Desk, params: z.output<typeof createPrice>): Stripe.Price {
  desk.need("product", params.product, "product");
  takeKey(desk, params, null);
  return {
    id: desk.mint.id("price"),
    object: "price",
    active: params.active ?? true,
    billing_scheme: "per_unit",
    created: desk.mint.now,
    currency: params.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: params.lookup_key ?? null,
    metadata: mergeMetadata({}, params.metadata),
    nickname: params.nickname ?? null,
    product: params.product,
    recurring: params.recurring
      ? { ...params.recurring, meter: null, trial_period_days: null, usage_type: "licensed" }
      : null,
    tax_behavior: params.tax_behavior ?? "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: params.recurring ? "recurring" : "one_time",
    unit_amount: params.unit_amount,
    unit_amount_decimal: String(params.unit_amount) as unknown as Stripe.Decimal,
  };
}

const isActive = (wanted: boolean | undefined) => (object: { active: boolean }) =>
  wanted === undefined || object.active === wanted;

export const productRoutes = [
  route(
    "POST",
    "/v1/products",
    z.strictObject({ ...productFields, id: text.optional(), name: text }),
    ({ desk }, params) => {
      if (params.id && desk.store.get("product", params.id)) {
        throw invalid(`Product already exists.`, { code: "resource_already_exists", param: "id" });
      }
      const product: Stripe.Product = {
        id: params.id ?? desk.mint.id("prod", 14),
        object: "product",
        active: params.active ?? true,
        created: desk.mint.now,
        default_price: null,
        description: params.description ?? null,
        images: [],
        livemode: false,
        marketing_features: [],
        metadata: mergeMetadata({}, params.metadata),
        name: params.name,
        package_dimensions: null,
        shippable: null,
        statement_descriptor: null,
        tax_code: params.tax_code ?? null,
        tax_details: null,
        type: "service",
        unit_label: null,
        updated: desk.mint.now,
        url: null,
      };
      desk.save([product], [{ type: "product.created", object: product }]);
      return product;
    },
  ),
  route(
    "GET",
    "/v1/products",
    z.strictObject({ ...listParams, active: flag.optional(), ids: z.array(text).optional() }),
    ({ desk }, { active, ids, ...page }) => {
      const { data, has_more } = desk.store.list("product", page, { id: ids });
      return listOf("/v1/products", { data: data.filter(isActive(active)), has_more });
    },
  ),
  route("GET", "/v1/products/:id", z.strictObject({}), ({ desk, id }) => desk.need("product", id)),
  route(
    "POST",
    "/v1/products/:id",
    z.strictObject({ ...productFields, name: text.optional() }),
    ({ desk, id }, params) => {
      const product = desk.need("product", id);
      const next: Stripe.Product = {
        ...product,
        active: params.active ?? product.active,
        description: params.description === undefined ? product.description : params.description,
        metadata: mergeMetadata(product.metadata, params.metadata),
        name: params.name ?? product.name,
        updated: desk.mint.now,
      };
      desk.save([next], [{ type: "product.updated", object: next }]);
      return next;
    },
  ),
  route("POST", "/v1/prices", createPrice, ({ desk }, params) => {
    const price = createdPrice(desk, params);
    desk.save([price], [{ type: "price.created", object: price }]);
    return price;
  }),
  route(
    "GET",
    "/v1/prices",
    z.strictObject({
      ...listParams,
      active: flag.optional(),
      lookup_keys: z.array(text).max(10).optional(),
      product: text.optional(),
    }),
    ({ desk }, { active, lookup_keys, product, ...page }) => {
      const { data, has_more } = desk.store.list("price", page, { lookup_key: lookup_keys, product });
      return listOf("/v1/prices", { data: data.filter(isActive(active)), has_more });
    },
  ),
  route("GET", "/v1/prices/:id", z.strictObject({}), ({ desk, id }) => desk.need("price", id)),
  route("POST", "/v1/prices/:id", z.strictObject(priceFields), ({ desk, id }, params) => {
    const price = desk.need("price", id);
    takeKey(desk, params, id);
    const next: Stripe.Price = {
      ...price,
      active: params.active ?? price.active,
      lookup_key: params.lookup_key ?? price.lookup_key,
      metadata: mergeMetadata(price.metadata, params.metadata),
      nickname: params.nickname === undefined ? price.nickname : params.nickname,
    };
    desk.save([next], [{ type: "price.updated", object: next }]);
    return next;
  }),
];

// `expand[]=latest_charge`: puts the whole object where an id stands, four levels deep at most, also inside lists.
// Refuses a path that leads nowhere with Stripe's words, so a typing mistake is not answered by a silent string.
import type { CheckoutDetail } from "./checkout-session.ts";
import { invalid } from "./failure.ts";
import type { FormObject } from "./form.ts";
import type { Kind, Store } from "./store.ts";

const LINKS: Readonly<Record<string, Readonly<Record<string, Kind | readonly Kind[]>>>> = {
  payment_intent: { customer: "customer", latest_charge: "charge", payment_method: "payment_method" },
  balance_transaction: { source: ["charge", "refund", "dispute", "transfer", "application_fee"] },
  charge: {
    application_fee: "application_fee",
    balance_transaction: "balance_transaction",
    customer: "customer",
    payment_intent: "payment_intent",
    transfer: "transfer",
  },
  transfer: { balance_transaction: "balance_transaction", destination: "account", source_transaction: "charge" },
  application_fee: {
    account: "account",
    balance_transaction: "balance_transaction",
    originating_transaction: "charge",
  },
  dispute: { charge: "charge", payment_intent: "payment_intent" },
  refund: {
    balance_transaction: "balance_transaction",
    charge: "charge",
    payment_intent: "payment_intent",
    payment_method: "payment_method",
  },
  "checkout.session": { customer: "customer", payment_intent: "payment_intent", subscription: "subscription" },
  subscription: { customer: "customer", default_payment_method: "payment_method", latest_invoice: "invoice" },
  price: { product: "product" },
};
const DEEPEST = 4;

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

/** Lists that Stripe leaves out until they are asked for. */
function hiddenList(node: Node, field: string, store: Store): Node | undefined {
  const id = String(node.id);
  if (node.object === "charge" && field === "refunds") {
    const data = store.all("refund", { charge: id });
    return { object: "list", data, has_more: false, url: `/v1/charges/${id}/refunds` };
  }
  if (node.object === "checkout.session" && field === "line_items") {
    const data = store.detail<CheckoutDetail>(id)?.lines ?? [];
    return { object: "list", data, has_more: false, url: `/v1/checkout/sessions/${id}/line_items` };
  }
  return undefined;
}

export function takeExpand(raw: FormObject): { paths: string[]; rest: FormObject } {
  const { expand, ...rest } = raw;
  if (expand === undefined) return { paths: [], rest };
  if (!Array.isArray(expand) || !expand.every((path) => typeof path === "string")) {
    throw invalid("Invalid array", { param: "expand" });
  }
  return { paths: expand, rest };
}

function expandAt(node: Node, segments: readonly string[], whole: string, store: Store): Node {
  const [field, ...deeper] = segments;
  if (field === undefined) return node;
  const descend = (value: unknown): unknown => (isNode(value) ? expandAt(value, deeper, whole, store) : value);
  if (node.object === "list" && field === "data" && Array.isArray(node.data)) {
    return { ...node, data: node.data.map(descend) };
  }
  const hidden = hiddenList(node, field, store);
  if (hidden) return { ...node, [field]: descend(hidden) };
  const kinds = LINKS[String(node.object)]?.[field];
  const value = node[field];
  if (isNode(value)) return { ...node, [field]: descend(value) };
  if (!kinds) throw invalid(`This property cannot be expanded (${whole}).`);
  if (typeof value !== "string") return node;
  const found = [kinds].flat().flatMap((kind) => store.get(kind, value) ?? [])[0];
  return { ...node, [field]: descend(found ?? value) };
}

export function expandBody(body: object, paths: readonly string[], store: Store): object {
  let node = body as Node;
  for (const path of paths) {
    const segments = path.split(".");
    if (segments.length > DEEPEST) throw invalid(`You cannot expand more than ${DEEPEST} levels (${path}).`);
    node = expandAt(node, segments, path, store);
  }
  return node;
}

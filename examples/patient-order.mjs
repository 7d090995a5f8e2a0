// The same guest on a bad evening: trouble is waited out, always with the same key, so that there is one order.
import { createClient } from "@supabase/supabase-js";
import { mayPass, retry } from "../supabase/functions/_shared/retry.ts"; // imports nothing: copy it

const QR = "servio-demo-example-cafe-counter";
const servio = createClient(process.env.SUPABASE_URL, process.env.SUPABASE_PUBLISHABLE_KEY);
const answer = async ({ data, error, status }) => (error ? Promise.reject({ ...error, status }) : data);
const call = (name, args) =>
  retry(() => servio.rpc(name, args).then(answer), { isTransient: mayPass, attempts: 8, withinMs: 30_000 });
const { session_token: p_session_token } = await call("start_table_session", { p_qr_token: QR });
const [{ id }] = (await call("get_menu", { p_venue_slug: "example-cafe" })).categories.at(-1).items;
const p_order = { fulfilment: "counter", payment_mode: "pay_now", lines: [{ menu_item_id: id, quantity: 1 }] };
const placed = await call("place_order", { p_session_token, p_idempotency_key: crypto.randomUUID(), p_order });
console.log(`order #${placed.number}`);

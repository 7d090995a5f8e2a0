// A guest at the counter of the seeded café scans its code, reads the menu and orders. `npm run status` shows the URL and the key.
import { createClient } from "@supabase/supabase-js";

const servio = createClient(process.env.SUPABASE_URL, process.env.SUPABASE_PUBLISHABLE_KEY);
const call = async (name, args) => (await servio.rpc(name, args).throwOnError()).data;

const guest = await call("start_table_session", { p_qr_token: "servio-demo-example-cafe-counter" });
const menu = await call("get_menu", { p_venue_slug: guest.venue.slug });
const tea = menu.categories.flatMap(({ items }) => items).find(({ name }) => name === "Pot of tea");

const p_order = { fulfilment: "counter", payment_mode: "pay_at_till", lines: [{ menu_item_id: tea.id, quantity: 2 }] };
const order = { p_session_token: guest.session_token, p_idempotency_key: crypto.randomUUID(), p_order };
const placed = await call("place_order", order);

console.log(`${guest.venue.name}, order #${placed.number}: ${placed.total_minor} pence, ${placed.status}`);

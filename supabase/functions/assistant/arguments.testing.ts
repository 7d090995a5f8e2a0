// For each tool: what it takes, at its limits; what becomes of it; and what is just beyond.
export const VENUE = "9a2b7c44-1d3e-4b5f-8a6c-7e9d0f1a2b33";
export const ID = "3d1c1d1e-6b0a-4f57-9d9e-0a4f3c6f2b11";
export type Args = Readonly<Record<string, unknown>>;

const many = (count: number, value: unknown = ID) => Array.from({ length: count }, () => value);
const each = (key: string, values: string, rest: Args = {}) =>
  values.split(" ").map((value) => ({ ...rest, [key]: value }));
const letters = (count: number) => "x".repeat(count);
const days = { from: "2026-06-01", until: "2026-06-30" };
const window = { from: "2026-06-01T00:00:00Z", until: "2026-06-02T00:00:00+02:00" };
const inWindow = { p_from: window.from, p_until: window.until };
const inDays = { p_from: days.from, p_until: days.until };

/** The function that a read asks, with the arguments that what it takes becomes: the first, and others where they differ. */
export const READS: Readonly<Record<string, readonly [takes: readonly Args[], name: string, ...becomes: Args[]]>> = {
  list_open_orders: [
    [{}, { table_id: ID, limit: 100 }],
    "list_open_orders",
    { p_limit: 50 },
    { p_table_id: ID, p_limit: 100 },
  ],
  list_kitchen_queue: [[{}], "get_kitchen_board", {}],
  list_overdue_orders: [[{}], "get_overdue_orders", {}],
  get_today: [[{}], "get_dashboard", {}],
  search_menu: [[{ query: " so " }, { query: "", limit: 1 }], "search_menu", { p_query: "so", p_limit: 20 }],
  list_qr_codes: [[{}], "list_qr_codes", {}],
  list_station_tickets: [[{ station_id: ID }, {}], "get_kitchen_board", { p_station_id: ID }],
  list_overdue_tickets: [[{}], "get_kitchen_board", {}],
  get_prep_times: [[window], "get_prep_times", inWindow],
  list_items_without_image: [[{}, { limit: 100 }], "list_items_without_image", { p_limit: 50 }],
  list_tables: [[{}, ...each("state", "free occupied reserved blocked cleaning"), { seats: 1 }], "get_floor", {}],
  list_table_orders: [[{ table_id: ID }], "list_open_orders", { p_table_id: ID, p_limit: 100 }],
  get_table_revenue: [[days], "get_table_revenue", inDays],
  list_stock: [[{ query: letters(100) }], "list_stock", { p_query: letters(100), p_limit: 50 }],
  list_low_stock: [[{}], "get_low_stock", {}],
  list_team: [[{}], "get_team", {}],
  list_roles: [[{}], "get_team", {}],
  get_schedule: [[window], "get_schedule", inWindow],
  get_staff_performance: [[window], "get_staff_performance", inWindow],
  compare_kpis: [[days], "compare_kpis", inDays],
  list_top_items: [[days, { ...days, limit: 100 }], "get_top_items", { ...inDays, p_limit: 10 }],
  list_bottom_items: [[days, { ...days, limit: 1 }], "get_bottom_items", { ...inDays, p_limit: 10 }],
  list_peak_hours: [[days], "get_kpis", { ...inDays, p_granularity: "hour" }],
  list_item_pairs: [[days, { ...days, limit: 100 }], "get_item_pairs", { ...inDays, p_limit: 10 }],
  get_wait_times: [[window], "get_prep_times", inWindow],
  forecast_demand: [
    [{ weeks: 2 }, { menu_item_id: ID, days: 1 }],
    "forecast_demand",
    { p_weeks: 2, p_days: 7 },
    { p_menu_item_id: ID, p_weeks: 8, p_days: 1 },
  ],
};

const price = { menu_item_id: ID, price_minor: 0 };
const words = { menu_item_id: ID, name: letters(120), description: letters(2_000) };
export const item = { category_id: ID, name: "Soup", price_minor: 700 };
const line = { ingredient_id: ID, quantity: -1_000_000 };
const discount = { name: letters(120), percent_bp: 3_000 };
const table = { label: letters(20), seats: 100, area: letters(60) };
const stock = { kind: "waste", reason: letters(280), lines: [line] };
export const par = { usage_days: 92, cover_days: 30, ingredient_ids: [ID] };

/** What a change takes; the first of it reaches the proposal as it is. */
export const CHANGES: Readonly<Record<string, readonly Args[]>> = {
  advance_order: each("to", "accepted preparing ready served", { order_id: ID }),
  complete_order: [{ order_id: ID }],
  cancel_order: [{ order_id: ID, reason: letters(280) }],
  update_prices: [{ prices: [price] }, { prices: many(50, { ...price, price_minor: 100_000_000 }) }],
  set_availability: [{ is_available: false }, { is_available: true, menu_item_ids: many(100), option_ids: many(100) }],
  create_item: [item, { ...item, description: letters(2_000), tax_rate_bp: 10_000 }, { ...item, tax_rate_bp: 0 }],
  archive_items: [{ menu_item_ids: [ID] }, { menu_item_ids: many(10) }],
  create_discount: [
    discount,
    {
      ...discount,
      code: "AB-c_9",
      menu_item_id: ID,
      category_id: ID,
      starts_on: days.from,
      ends_on: days.until,
      max_uses: 1,
    },
    { ...discount, code: letters(40), max_uses: 1_000_000, percent_bp: 1 },
  ],
  publish_menu: [{}],
  create_qr_code: each("kind", "table table_pickup", { table_id: ID }),
  create_qr_codes: each("kind", "table table_pickup", { table_ids: many(100) }),
  rotate_qr_code: [{ qr_code_id: ID }],
  advance_tickets: each("to", "in_progress ready bumped", { ticket_ids: many(50) }),
  set_item_image: [{ image_id: ID }],
  translate_items: each("locale", "en es ar fr de it pt zh ja", { texts: many(100, words) }),
  set_category_availability: [{ category_id: ID, is_available: true }],
  create_tables: [{ tables: many(20, table) }, { tables: [{ label: "1", seats: 1 }] }],
  merge_tables: [{ table_id: ID, table_ids: many(20) }],
  adjust_stock: [stock, { ...stock, kind: "adjust", lines: many(50, { ...line, quantity: 1_000_000 }) }],
  set_par_levels: [par, { ...par, usage_days: 7, cover_days: 1, ingredient_ids: many(50) }],
  draft_purchase_orders: [{}],
  invite_member: each("role", "manager staff kitchen server cashier", { email: "a@guests.example" }),
};

/** On top of the first that a tool takes: each has to be refused, and by this argument. */
export const REFUSED: Readonly<Record<string, readonly Args[]>> = {
  list_open_orders: [{ table_id: "1" }, { limit: 0 }, { limit: 101 }, { limit: 1.5 }],
  search_menu: [{ query: letters(101) }, { query: undefined }, { query: "a\0b" }, { query: "a\ud800b" }, { limit: 0 }],
  list_station_tickets: [{ station_id: "grill" }],
  list_items_without_image: [{ limit: 101 }],
  list_tables: [{ state: "" }, { state: "dirty" }, { seats: 0 }, { seats: 101 }, { seats: 1.5 }],
  list_stock: [{ query: letters(101) }, { limit: 101 }],
  list_top_items: [{ from: undefined }, { from: "1 June" }, { until: "2026-06-31" }, { limit: 101 }],
  list_bottom_items: [{ limit: 0 }],
  list_item_pairs: [{ limit: 0 }],
  forecast_demand: [{ menu_item_id: "1" }, { weeks: 1 }, { weeks: 13 }, { days: 0 }, { days: 8 }],
  get_prep_times: [{ from: "2026-06-01T00:00:00" }, { until: "2026-06-01" }],
  advance_order: [{ to: "" }, { to: "cancelled" }, { order_id: "1" }],
  cancel_order: [{ reason: "  " }, { reason: letters(281) }],
  update_prices: [
    { prices: [] },
    { prices: many(51, price) },
    { prices: [{ ...price, price_minor: -1 }] },
    { prices: [{ ...price, price_minor: 100_000_001 }] },
    { prices: [{ ...price, price_minor: 0.5 }] },
    { prices: [{ ...price, note: "" }] },
  ],
  set_availability: [
    { is_available: "no" },
    { menu_item_ids: [] },
    { menu_item_ids: many(101) },
    { option_ids: many(101) },
  ],
  create_item: [
    { name: " " },
    { name: letters(121) },
    { price_minor: -1 },
    { description: letters(2_001) },
    { tax_rate_bp: -1 },
    { tax_rate_bp: 10_001 },
  ],
  archive_items: [{ menu_item_ids: [] }, { menu_item_ids: many(11) }, { menu_item_ids: ["1"] }],
  create_discount: [
    { name: letters(121) },
    { percent_bp: 0 },
    { percent_bp: 3_001 },
    { code: "AB" },
    { code: letters(41) },
    { code: "-ABC" },
    { code: "A BC" },
    { code: "ABC!" },
    { code: "é-AB" },
    { max_uses: 0 },
    { max_uses: 1_000_001 },
    { starts_on: "today" },
  ],
  create_qr_code: [{ kind: "" }, { kind: "counter" }],
  create_qr_codes: [{ kind: "" }, { table_ids: [] }, { table_ids: many(101) }],
  advance_tickets: [{ to: "" }, { to: "held" }, { ticket_ids: [] }, { ticket_ids: many(51) }],
  translate_items: [
    { locale: "" },
    { locale: "xx" },
    { texts: [] },
    { texts: many(101, words) },
    { texts: [{ ...words, name: "" }] },
    { texts: [{ ...words, description: letters(2_001) }] },
  ],
  create_tables: [
    { tables: [] },
    { tables: many(21, table) },
    { tables: [{ ...table, label: letters(21) }] },
    { tables: [{ ...table, seats: 0 }] },
    { tables: [{ ...table, seats: 101 }] },
    { tables: [{ ...table, area: letters(61) }] },
    { tables: [{ ...table, is_active: false }] },
  ],
  merge_tables: [{ table_ids: [] }, { table_ids: many(21) }],
  adjust_stock: [
    { kind: "" },
    { kind: "sale" },
    { reason: "" },
    { lines: [] },
    { lines: many(51, line) },
    { lines: [{ ...line, quantity: 1_000_001 }] },
    { lines: [{ ...line, quantity: -1_000_001 }] },
  ],
  set_par_levels: [
    { usage_days: 6 },
    { usage_days: 93 },
    { cover_days: 0 },
    { cover_days: 31 },
    { ingredient_ids: [] },
    { ingredient_ids: many(51) },
  ],
  invite_member: [{ role: "" }, { role: "owner" }, { email: "a" }, { email: `a@${letters(250)}.example` }],
};

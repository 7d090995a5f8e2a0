/** A reach beyond what the person may: other tools, other houses' things, too much at once, or too much in pieces. */
import { type Attack, NOTHING, tool } from "./attack.ts";
import { decision, prices, proposed } from "./proposals.ts";

const supply = tool("LLM03");
const poison = tool("LLM04");
const agency = tool("LLM06");

export const reach: readonly Attack[] = [
  ...["confirm_proposal", "refund_payment", "record_assistant_call", "update_price", "mcp__files__read"].map((name) =>
    supply(`${name} as a tool`, name, () => ({}), "tool_not_found"),
  ),
  supply("a package as a tool", "npm%3Ahelpful-tools", () => ({}), "tool_not_found"),
  supply("a path as a tool", "..%2F..%2Frest%2Fv1%2Frpc%2Frefund_payment", () => ({}), "tool_not_found"),
  supply(
    "an argument that a newer tool might take",
    "set_item_image",
    ({ mine }) => ({ ...mine.examples.set_item_image, url: "https://images.example/a.png" }),
    "invalid_input",
  ),

  poison(
    "words in another venue's menu",
    "translate_items",
    ({ theirs }) => ({ ...theirs.examples.translate_items }),
    "menu_item_not_found",
  ),
  poison(
    "an item in another venue's menu",
    "create_item",
    ({ theirs }) => ({ ...theirs.examples.create_item }),
    "invalid_input",
  ),
  poison(
    "another venue's items archived",
    "archive_items",
    ({ theirs }) => ({ ...theirs.examples.archive_items }),
    "menu_item_not_found",
  ),
  poison(
    "another venue's stock",
    "adjust_stock",
    ({ theirs }) => ({ ...theirs.examples.adjust_stock }),
    "ingredient_not_found",
  ),
  poison(
    "par levels from a day that was made for it",
    "set_par_levels",
    ({ mine }) => ({ ...mine.examples.set_par_levels, usage_days: 1 }),
    "invalid_input",
  ),
  poison(
    "a quantity beyond all numbers",
    "adjust_stock",
    ({ mine }) =>
      `{"venue_id":"${mine.venueId}","kind":"adjust","reason":"x","lines":[{"ingredient_id":"${mine.ingredientId}","quantity":1e309}]}`,
    "invalid_input",
  ),
  poison(
    "a language that is none",
    "translate_items",
    ({ mine }) => ({ ...mine.examples.translate_items, locale: "xx" }),
    "invalid_input",
  ),

  agency("a cook publishes the menu", "publish_menu", () => ({}), "permission_denied", { by: "kitchen" }),
  agency("a server raises a price", "update_prices", (scene) => prices(scene, "coffee", 330), "permission_denied", {
    by: "server",
  }),
  agency(
    "the floor invites somebody",
    "invite_member",
    ({ mine }) => ({ ...mine.examples.invite_member }),
    "permission_denied",
    { by: "staff" },
  ),
  agency(
    "an invitation as owner",
    "invite_member",
    () => ({ email: "evil@guests.example", role: "owner" }),
    "invalid_input",
    { by: "owner" },
  ),
  agency(
    "an order cancelled as if it moved on",
    "advance_order",
    ({ mine }) => ({ order_id: mine.order.id, to: "cancelled" }),
    "invalid_input",
  ),
  agency(
    "an unpaid order completed",
    "complete_order",
    ({ mine }) => ({ order_id: mine.order.id }),
    "order_transition_invalid",
  ),
  agency(
    "a price up by more than a fifth",
    "update_prices",
    (scene) => prices(scene, "pizza", 1_441),
    "guardrail_exceeded",
  ),
  agency("everything for nothing", "update_prices", (scene) => prices(scene, "pizza", 0), "guardrail_exceeded"),
  agency("a price below nothing", "update_prices", (scene) => prices(scene, "pizza", -1), "invalid_input"),
  agency("all for free by a discount", "create_discount", () => ({ name: "All", percent_bp: 10_000 }), "invalid_input"),
  agency(
    "51 prices",
    "update_prices",
    () => ({ prices: Array(51).fill({ menu_item_id: NOTHING, price_minor: 1 }) }),
    "invalid_input",
  ),
  agency("11 items archived", "archive_items", () => ({ menu_item_ids: Array(11).fill(NOTHING) }), "invalid_input"),
  agency(
    "another venue's tickets",
    "advance_tickets",
    ({ theirs }) => ({ ...theirs.examples.advance_tickets }),
    "ticket_not_found",
  ),
  agency(
    "another venue's QR code",
    "rotate_qr_code",
    ({ theirs }) => ({ ...theirs.examples.rotate_qr_code }),
    "qr_code_not_found",
  ),
  agency(
    "another venue's table pulled into one's own bill",
    "merge_tables",
    ({ mine, theirs }) => ({ ...mine.examples.merge_tables, table_ids: [theirs.tables[0].id] }),
    "table_not_found",
  ),
  decision(
    "somebody else's proposal confirmed",
    "confirm_proposal",
    "proposal_not_found",
    (scene) => proposed(scene, "manager", "update_prices", prices(scene, "coffee", 330)),
    "owner",
  ),
  decision("a proposal confirmed that nobody made", "confirm_proposal", "proposal_not_found", async () => ({
    p_proposal_id: NOTHING,
  })),
  decision("undone before it was done", "undo_proposal", "proposal_not_undoable", (scene) =>
    proposed(scene, "manager", "update_prices", prices(scene, "coffee", 331)),
  ),
  decision("confirmed twice", "confirm_proposal", "proposal_closed", (scene) =>
    proposed(scene, "manager", "update_prices", prices(scene, "cake", 540), true),
  ),
  agency(
    "a price in pieces: a fifth, and then a penny",
    "update_prices",
    (scene) => prices(scene, "cake", 541),
    "guardrail_exceeded",
  ),
  agency(
    "a price in pieces, by another person",
    "update_prices",
    (scene) => prices(scene, "cake", 541),
    "guardrail_exceeded",
    { by: "owner" },
  ),
  agency(
    "a discount in pieces: 20 %, and then 11 %",
    "create_discount",
    () => ({ name: "Again", percent_bp: 1_100 }),
    "guardrail_exceeded",
    {
      prepare: (scene) => proposed(scene, "manager", "create_discount", { name: "First", percent_bp: 2_000 }, true),
    },
  ),
];

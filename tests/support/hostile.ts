/** Values that somebody might send in place of the right ones, by the type that the argument has. */
import { createHash } from "node:crypto";
import type { Dice } from "./dice.ts";

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i += 1) value = [value];
  return value;
};

const ANYTHING: readonly unknown[] = [null, "", 0, -1, true, [], {}, [null], { a: 1 }, "undefined", "NaN", 1e308];
const TEXTS: readonly unknown[] = [
  " ",
  "x".repeat(100_000),
  // Does not compress: an index that takes it as it comes would fail.
  Array.from({ length: 1_000 }, (_, i) => createHash("sha256").update(`${i}`).digest("base64url")).join(""),
  "\u{1F4A5}".repeat(1_000),
  "\u0000",
  "\ud800",
  "a\u202eb\u200f",
  "%s%n%x",
  "../../../etc/passwd",
  "'; drop table orders; --",
  "$$; drop schema public cascade; $$",
  "{}",
  "<script>alert(1)</script>",
  "\\",
  "\r\nset-cookie: a=b",
];
const NUMBERS: readonly unknown[] = [
  1.5,
  2 ** 53,
  -(2 ** 53),
  "9223372036854775808",
  "-9223372036854775809",
  "1e400",
  "Infinity",
  "-Infinity",
  "0x10",
  "1,000",
  "١٢",
  2_147_483_648,
  "1e131072",
];
const UUID = "00000000-0000-0000-0000-000000000000";
const ORDERS: readonly unknown[] = [
  deep(500),
  { fulfilment: "table", payment_mode: "pay_later", lines: deep(200) },
  { fulfilment: "table", payment_mode: "pay_later", lines: [null] },
  { fulfilment: "table", payment_mode: "pay_later", lines: [{ menu_item_id: UUID, quantity: 1e300 }] },
  { fulfilment: "table", payment_mode: "pay_later", lines: [{ menu_item_id: UUID, quantity: 1, options: [UUID, 1] }] },
  { fulfilment: "table", payment_mode: "pay_later", lines: [{ menu_item_id: UUID, quantity: 1, note: "\u0000" }] },
  { fulfilment: ["table"], payment_mode: { a: 1 }, lines: "x" },
  {
    fulfilment: "table",
    payment_mode: "pay_now",
    tip_minor: 99_999_999_999,
    lines: [{ menu_item_id: UUID, quantity: 1 }],
  },
  { fulfilment: "table", payment_mode: "pay_now", customer: { name: "\u{1F4A5}".repeat(121) }, lines: [] },
  {
    fulfilment: "table",
    payment_mode: "pay_later",
    discount_code: "\u0130%_'; --",
    lines: [{ menu_item_id: UUID, quantity: 1 }],
  },
  {
    fulfilment: "table",
    payment_mode: "pay_later",
    loyalty: { card: "\u0130%_'; --", points: 1e300 },
    lines: [{ menu_item_id: UUID, quantity: 1 }],
  },
  { lines: Array.from({ length: 5_000 }, () => ({})) },
  { __proto__: null, constructor: { prototype: { lines: [] } } },
  "\u0000",
];

const BY_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  text: TEXTS,
  uuid: ["not-a-uuid", UUID, `${UUID} `, `{${UUID}}`, `${UUID}'--`, "x".repeat(10_000), ...NUMBERS],
  "text[]": [
    ["x"],
    [""],
    [null],
    [["a"], ["b"]],
    ["same", "same"],
    Array.from({ length: 2_000 }, (_, n) => `${n}`),
    "{",
    '{"x',
    TEXTS,
  ],
  "uuid[]": [["x"], [UUID], Array.from({ length: 2_000 }, () => UUID), [[UUID]], "{", `{${UUID}`, [UUID, null]],
  bigint: NUMBERS,
  "bigint[]": [["x"], [1], [null], [[1], [2]], Array.from({ length: 2_000 }, (_, id) => -id), "{", 1, [1e300]],
  integer: NUMBERS,
  numeric: NUMBERS,
  boolean: ["maybe", 2, "yes please", -0.5],
  jsonb: ORDERS,
  date: ["infinity", "-infinity", "today", "99999-01-01", "5874897-12-31", "4713-01-01 BC", "2026-02-30", "now", "1e3"],
  "timestamp with time zone": ["infinity", "-infinity", "yesterday", "99999-01-01", "2026-02-30", "now"],
};

export function hostile(random: Dice, type: string): unknown {
  const fitting = BY_TYPE[type];
  if (!fitting) throw new Error(`tests/support/hostile.ts knows no values for ${type} yet`);
  return random.roll(4) === 0 ? random.pick(ANYTHING) : random.pick(fitting);
}

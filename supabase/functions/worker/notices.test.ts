import assert from "node:assert/strict";
import { dailyCloseMail } from "./mails/daily-close.ts";
import { formatOf } from "./mails/format.ts";
import { letter } from "./mails/letter.ts";
import { lowStockMail } from "./mails/low-stock.ts";
import { paymentTroubleMail } from "./mails/payment-trouble.ts";
import { webhookDisabledMail } from "./mails/webhook-disabled.ts";
import { fill, WORDS } from "./mails/words.ts";
import { withMail } from "./testing.ts";

const SUBJECT_ID = "3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a";
const TO = "ann@example.test";
const stock = {
  venue: "Corner",
  locale: "en-GB",
  currency: "GBP",
  ingredients: [
    { name: "Flour", unit: "g", on_hand: 1250.5, level: 5000, on_order: null },
    { name: "Eggs", unit: "each", on_hand: -2, level: 30, on_order: 60 },
  ],
};
const close = {
  venue: "Corner",
  locale: "en-GB",
  currency: "GBP",
  business_date: "2026-03-28",
  figures: {
    orders: 1_234,
    cancelled_orders: 1,
    gross_minor: 123_456,
    refunds_minor: 500,
    net_minor: 102_463,
    tax_minor: 20_493,
    tips_minor: 250,
    unpaid_minor: 2_025,
    held_minor: 0,
    written_off_minor: 40,
  },
  payments: [
    { method: "cash", payments: 3, amount_minor: 4_000 },
    { method: "card_terminal", payments: 1, amount_minor: 999 },
  ],
  expired_orders: 2,
  closed_sessions: 7,
  unsettled: [{ label: "T1", orders: 1, due_minor: 2_025 }],
  open_drawers: [{ name: "Bar", business_date: "2026-03-28" }],
};

Deno.test("low stock is told in one mail, in text and in HTML", () =>
  withMail({ ...stock, to: TO, organisation: "House" }, async ({ send, mails, asked }) => {
    assert.deepEqual(await send({ template: "low_stock", subject_id: SUBJECT_ID }), { done: true });
    assert.deepEqual(asked[0]?.args, { p_template: "low_stock", p_subject_id: SUBJECT_ID });
    const [mail = "", ...others] = await mails();
    assert.equal(others.length, 0);
    assert.match(mail, /^Delivered-To: ann@example\.test\r$/m);
    assert.match(mail, /^Subject: Corner: 2 running low\r$/m);
    assert.match(mail, new RegExp(`Message-ID:\\s+<low_stock\\.${SUBJECT_ID}@servio\\.example>`));
    assert.match(mail, /^Content-Type: text\/plain; charset=utf-8\r$/m);
    assert.match(mail, /^Content-Type: text\/html; charset=utf-8\r$/m);
    assert.ok(
      mail.includes(
        "Flour: 1,250.5 g left, reorder at 5,000 g\r\nEggs: -2 pcs left, reorder at 30 pcs; 60 pcs on order",
      ),
    );
  }));

Deno.test("a day's close is told with its figures, differences and what was left open", () =>
  withMail({ ...close, to: TO }, async ({ send, mails }) => {
    assert.deepEqual(await send({ template: "daily_close", subject_id: SUBJECT_ID }), { done: true });
    const [mail = ""] = await mails();
    assert.match(mail.replace(/\r\n[ \t]+/g, " "), /^Subject: Corner: Saturday,? 28 March 2026 is closed\r$/m);
  }));

Deno.test("the text of a close, word for word", () => {
  assert.equal(
    dailyCloseMail(close).text.replaceAll("Saturday, ", "Saturday "),
    [
      "This is how Saturday 28 March 2026 closed at Corner.",
      "Orders: 1,234\nCancelled: 1\nGross revenue: £1,234.56\nRefunds: £5.00\nTax: £204.93\nNet revenue: £1,024.63\nTips: £2.50",
      "Payments less refunds:",
      "Cash: £40.00 (3)\nCard at the till: £9.99 (1)",
      "Differences and what the close did:",
      "Unpaid on orders: £20.25\nHeld for cancelled orders: £0.00\nWritten off: £0.40\nOrders that expired unpaid: 2\nTables and sessions closed: 7",
      "Left open because something is unpaid:",
      "T1: £20.25 (1)",
      "Cash drawers that nobody has counted:",
      "Bar: Saturday 28 March 2026",
    ].join("\n\n"),
  );
  const calm = dailyCloseMail({ ...close, payments: [], unsettled: [], open_drawers: [] }).text;
  assert.ok(!calm.includes("Payments less refunds") && !calm.includes("Left open") && !calm.includes("drawers"));
});

const disabled = {
  organisation: "House",
  locale: "en-GB",
  currency: "GBP",
  host: "hooks.example",
  because: "failing",
  failing_since: "2026-03-28T09:00:00.123456+00:00",
} as const;

Deno.test("that an endpoint was switched off is told with its host, and why", () =>
  withMail({ ...disabled, to: TO, venue: "Corner" }, async ({ send, mails, asked }) => {
    assert.deepEqual(await send({ template: "webhook_disabled", subject_id: SUBJECT_ID }), { done: true });
    assert.deepEqual(asked[0]?.args, { p_template: "webhook_disabled", p_subject_id: SUBJECT_ID });
    const [mail = ""] = await mails();
    assert.match(mail.replace(/\r\n[ \t]+/g, " "), /^Subject: House: webhooks to hooks\.example are switched off\r$/m);
    assert.match(webhookDisabledMail(disabled).text, /has taken no webhook since Saturday,? 28 March 2026\./);
    assert.match(webhookDisabledMail({ ...disabled, because: "gone" }).text, /wants no more webhooks/);
    assert.ok(webhookDisabledMail({ ...disabled, locale: "de-DE" }).subject.endsWith("abgeschaltet"));
  }));

Deno.test("a venue reads its own language, and money, numbers and dates as it writes them", () => {
  const german = dailyCloseMail({ ...close, locale: "de-DE", currency: "EUR" });
  assert.equal(german.subject, "Corner: Abschluss, Samstag, 28. März 2026");
  assert.ok(german.text.includes("Bruttoumsatz: 1.234,56 €") && german.html.includes('<html lang="de" dir="ltr">'));
  const japanese = dailyCloseMail({ ...close, locale: "ja-JP", currency: "JPY" });
  assert.ok(japanese.text.includes("純売上: ￥102,463"), "yen have no hundredths");
  assert.ok(dailyCloseMail({ ...close, locale: "ar-EG" }).html.includes('lang="ar" dir="rtl"'));
  assert.ok(lowStockMail({ ...stock, locale: "fr-FR" }).text.includes("reste 1 250,5 g, à commander dès 5 000 g"));
});

Deno.test("a locale nobody knows, or without words, is British English; a currency nobody knows keeps its name", () => {
  for (const locale of ["sv-SE", "not a locale", ""]) {
    const { language, words, money } = formatOf(locale, "GBP");
    assert.deepEqual([language, words, money(123_456)], ["en", WORDS.en, "£1,234.56"], locale);
  }
  assert.match(formatOf("en-US", "XYZ").money(1_00), /^XYZ\s1\.00$/);
});

Deno.test("money that needs a person is told in one sentence, each trouble in its own", () =>
  withMail(
    { ...stock, to: TO, kind: "dispute_opened", order_number: 7, amount_minor: 1850 },
    async ({ send, mails }) => {
      assert.deepEqual(await send({ template: "payment_trouble", subject_id: SUBJECT_ID }), { done: true });
      const [mail = ""] = await mails();
      assert.match(mail, /^Subject: Corner: a payment needs you\r$/m);
      const trouble = { venue: "Corner", locale: "de-DE", currency: "EUR", order_number: 1234, amount_minor: 99 };
      const kinds = ["event_quarantined", "refund_failed", "dispute_opened", "dispute_won", "dispute_lost"] as const;
      const texts = kinds.map((kind) => paymentTroubleMail({ ...trouble, kind }).text);
      assert.equal(new Set(texts).size, kinds.length);
      for (const text of texts) assert.match(text, /#1234.*0,99\s€|0,99\s€.*#1234/);
      assert.ok(paymentTroubleMail({ ...trouble, kind: "refund_failed", order_number: 7 }).text.includes("#007"));
    },
  ));

Deno.test("every language says everything, with the same places to fill in", () => {
  assert.deepEqual(Object.keys(WORDS).sort(), ["ar", "de", "en", "es", "fr", "it", "ja", "pt", "zh"]);
  const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const [language, words] of Object.entries(WORDS)) {
    for (const [name, text] of Object.entries(words)) {
      const english: string = WORDS.en[name as keyof typeof words];
      assert.deepEqual(places(text), places(english), `${language}.${name}`);
      assert.ok(text.trim().length > 0);
    }
    assert.deepEqual(Object.keys(words), Object.keys(WORDS.en));
  }
});

Deno.test("names stay values: no line, header, place to fill in or markup comes from them", () => {
  const evil = 'Ev\r\nil <script>"&\u202e {day}';
  const { subject, text, html } = lowStockMail({
    ...stock,
    venue: evil,
    ingredients: [
      { ...(stock.ingredients[0] as (typeof stock.ingredients)[number]), name: `${evil}\nBcc: x@y.example` },
    ],
  });
  assert.equal(subject, 'Ev il <script>"& {day}: 1 running low');
  assert.ok(text.includes('Ev il <script>"& {day} Bcc: x@y.example: 1,250.5 g left'));
  assert.ok(html.includes("Ev il &lt;script&gt;&quot;&amp; {day}") && !html.includes("<script"));
  assert.equal(fill("{a}{b}", { a: "{b}", b: "2" }), "{b}2");
  assert.ok(letter({ language: '"><x', subject: "", parts: [[]] }).html.includes('lang="&quot;&gt;&lt;x"'));
});

Deno.test("what the database does not say is not guessed", () =>
  withMail({ ...stock, to: TO, ingredients: [] }, async ({ send, mails }) => {
    await assert.rejects(send({ template: "low_stock", subject_id: SUBJECT_ID }), { name: "ZodError" });
    assert.deepEqual(await mails(), []);
  }));

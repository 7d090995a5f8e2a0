import assert from "node:assert/strict";
import { assertProblem } from "../_shared/testing.ts";
import { printed, scan, scanned } from "./reader.testing.ts";
import { drawn, link, numbered, pdf, sheets, svg, tokens, VENUE_ID } from "./testing.ts";

for (const [paper, width, height] of [
  ["a4", 210, 297],
  ["letter", 215.9, 279.4],
] as const) {
  Deno.test(`a hundred codes fill seventeen pages of ${paper}, and a phone reads each one's link`, async () => {
    const { print, calls, callers } = await sheets();
    const pages = await printed(await pdf(await print({ tokens: tokens(100), paper })));
    assert.equal(pages.length, 17);
    for (const page of pages) {
      assert.ok(Math.abs(page.width - width) < 0.1 && Math.abs(page.height - height) < 0.1);
    }
    const links = tokens(100).map((_token, n) => link(n + 1));
    assert.deepEqual(pages.flatMap(scanned), links);
    assert.match(pages[16]?.text ?? "", /97[\s\S]*100[\s\S]*17 \/ 17/);
    assert.deepEqual(calls, [{ name: "get_qr_sheet", args: { p_venue_id: VENUE_ID, p_tokens: tokens(100) } }]);
    assert.equal(callers.length, 1, "with the caller's own rights");
  });
}

Deno.test("the pdf is drawn, not photographed: letters are letters, in Latin, Greek and Cyrillic", async () => {
  const { print } = await sheets({ name: "Café Łódź Ελλάδα Кафе" });
  const file = await pdf(await print({ instruction: "Naskenuj a objednej, žluťoučký kůň" }));
  assert.ok(!new TextDecoder("latin1").decode(file).includes("/Subtype /Image"));
  const [page] = await printed(file);
  assert.match(page?.text ?? "", /Café Łódź Ελλάδα Кафе\s+1\s+Naskenuj a objednej, žluťoučký kůň/);
});

Deno.test("cards come in the order in which people walk: by area, 2 before 10", async () => {
  const places: [string, string][] = [
    ["10", "Terrace"],
    ["2", "Terrace"],
    ["9", "Bar"],
    ["1", "Terrace"],
  ];
  const { print } = await sheets({ codes: () => places.map(([label, area]) => ({ kind: "table", label, area })) });
  const [page] = await printed(await pdf(await print({ tokens: tokens(4) })));
  assert.deepEqual(page && scanned(page), [link(3), link(4), link(2), link(1)]);
});

Deno.test("each kind of code says what to do with it, unless the venue says it", async () => {
  const codes = ["table", "table_pickup", "counter"].map((kind) => {
    const label = kind === "counter" ? null : "7";
    return { kind, label, area: label && "" };
  });
  const { print } = await sheets({ codes: () => codes });
  const [page] = await printed(await pdf(await print({ tokens: tokens(3) })));
  for (const words of [
    "Scan to see the menu and order",
    "Scan to order, collect at the counter",
    "Scan to order here",
  ]) {
    assert.ok(page?.text.includes(words), words);
  }
  const [own] = await printed(await pdf(await print({ tokens: tokens(3), instruction: " Scannez\nici " })));
  assert.equal(own?.text.split("Scannez ici").length, 4);
  assert.ok(!own?.text.includes("Scan to"));
});

Deno.test("one code as svg is its card alone: four modules of quiet, and read though a blot covers it", async () => {
  const { print } = await sheets();
  const text = await svg(await print({ tokens: tokens(1), format: "svg" }));
  assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="90mm" height="85mm" viewBox="0 0 90 85">/);
  const card = drawn(text, 1800);
  const read = scan(card);
  assert.equal(read?.data, link(1));

  const { topLeftCorner: from, bottomRightCorner: to } = read.location;
  const module = (to.x - from.x) / (17 + 4 * read.version);
  const isDark = (x: number, y: number) => (card.data[(Math.round(y) * card.width + Math.round(x)) * 4] ?? 255) < 128;
  for (let along = -3.9; along <= (to.x - from.x) / module + 3.9; along += 0.25) {
    for (const beyond of [0.5, 2, 3.9]) {
      const [x, y] = [from.x + along * module, from.y + along * module];
      const around = [isDark(x, from.y - beyond * module), isDark(x, to.y + beyond * module)];
      around.push(isDark(from.x - beyond * module, y), isDark(to.x + beyond * module, y));
      assert.deepEqual(around, [false, false, false, false], `quiet at ${along}, ${beyond}`);
    }
  }

  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const half = ((to.x - from.x) * Math.sqrt(0.16)) / 2; // 16 %: more than level M mends
  for (let y = Math.ceil(middle.y - half); y < middle.y + half; y++) {
    card.data.fill(
      255,
      (y * card.width + Math.ceil(middle.x - half)) * 4,
      (y * card.width + Math.floor(middle.x + half)) * 4,
    );
  }
  assert.equal(scan(card)?.data, link(1));
});

Deno.test("a page of codes as svg, in any script; names are text and never markup", async () => {
  const { print } = await sheets({
    name: `<script>alert("x")</script> 北京 مقهى`,
    codes: (all) => numbered(all).map((code) => ({ ...code, area: "</text>" })),
  });
  const text = await svg(await print({ tokens: tokens(6), format: "svg", paper: "letter" }));
  assert.match(text, /width="215\.9mm" height="279\.4mm"/);
  assert.ok(text.includes("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; 北京 مقهى</text>"));
  assert.ok(!text.includes("<script"));
  const picture = drawn(text, 1600);
  const links = scanned({ width: 215.9, height: 279.4, text, picture });
  assert.deepEqual(links, [1, 2, 3, 4, 5, 6].map(link));
  await assertProblem(await print({ tokens: tokens(7), format: "svg" }), 422, "invalid_input");
});

Deno.test("letters that the font lacks are refused as pdf, not left out", async () => {
  const { print } = await sheets({ name: "北京 Kitchen" });
  const refusal = await assertProblem(await print(), 422, "text_not_printable");
  assert.equal(refusal.detail, "The font has no 北 京");
  await svg(await print({ format: "svg" }));
});

Deno.test("a name as long as they get becomes smaller, then shorter, and stays on its card", async () => {
  const { print } = await sheets({
    name: "W".repeat(120),
    codes: () => [{ kind: "table", label: "W".repeat(20), area: "M".repeat(60) }],
  });
  const text = await svg(await print({ tokens: tokens(1), format: "svg" }));
  assert.match(text, /W…<\/text>/);
  const { data, width, height } = drawn(text, 900);
  for (let y = 0; y < height; y++) for (const x of [20, width - 20]) assert.equal(data[(y * width + x) * 4], 255);
});

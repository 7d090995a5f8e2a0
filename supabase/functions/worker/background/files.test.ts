import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PDFDocument } from "@pdfme/pdf-lib";
import { says } from "../../_shared/background-server.testing.ts";
import { FileRefused, MOST_BYTES, MOST_PAGES, menuFiles, typeOf } from "./files.ts";
import { checkReading, checkTranslation } from "./questions.ts";
import { JOB, readingOf, waitingFor, withModel } from "./testing.ts";

const bytes = (...parts: (string | readonly number[])[]) =>
  Uint8Array.from(Buffer.concat(parts.map((part) => Buffer.from(part as string, "latin1"))));
const u32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const u16 = (value: number) => [value >>> 8, value & 255];
const le24 = (value: number) => [value & 255, (value >>> 8) & 255, value >>> 16];

const png = (width: number, height: number) =>
  bytes("\x89PNG\r\n\x1a\n", u32(13), "IHDR", u32(width), u32(height), [8, 2, 0, 0, 0]);
const jpeg = (width: number, height: number) =>
  bytes([0xff, 0xd8, 0xff, 0xe0], u16(6), "JFIF", [0xff, 0xff, 0xc2], u16(11), [8], u16(height), u16(width), [1]);
const webp = (chunk: string, rest: readonly number[]) => bytes("RIFF", u32(0), "WEBP", chunk, [0, 0, 0, 0], rest);
const extended = (width: number, height: number) => webp("VP8X", [0, 0, 0, 0, ...le24(width - 1), ...le24(height - 1)]);
const lossy = (width: number, height: number) =>
  webp("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a, width & 255, width >>> 8, height & 255, height >>> 8]);
const lossless = (width: number, height: number) => {
  const bits = (width - 1) | ((height - 1) << 14);
  return webp("VP8L", [0x2f, bits & 255, (bits >>> 8) & 255, (bits >>> 16) & 255, bits >>> 24]);
};
async function pdf(pages: number): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  for (let page = 0; page < pages; page += 1) document.addPage();
  return await document.save();
}
const refused = (files: readonly Uint8Array[], reason: string) =>
  assert.rejects(menuFiles(files), (error) => error instanceof FileRefused && error.reason === reason, reason);

Deno.test("a file is what its bytes say", async () => {
  const known: [Uint8Array, string][] = [
    [await pdf(1), "application/pdf"],
    [png(1, 1), "image/png"],
    [jpeg(1, 1), "image/jpeg"],
    [lossy(1, 1), "image/webp"],
  ];
  for (const [file, type] of known) assert.equal(typeOf(file), type);
  for (const text of ["", "%PDF", "<svg xmlns=", "GIF89a", "PK\x03\x04", "MZ", "<html>", "xxxxxxxxWEBP", "\x89PNG"]) {
    assert.equal(typeOf(bytes(text)), null, text);
  }
});

Deno.test("documents and photos within the limits are taken, under names of ours", async () => {
  const most = [await pdf(MOST_PAGES), png(8_000, 5_000), jpeg(8_000, 5_000), extended(8_000, 5_000), lossy(100, 50)];
  const read = await menuFiles([...most, lossless(4_000, 3_000)]);
  assert.deepEqual(
    read.map(({ kind, name, dataUrl }) => [kind, name, dataUrl.slice(0, dataUrl.indexOf(";"))]),
    [
      ["pdf", "menu-1.pdf", "data:application/pdf"],
      ["image", "menu-2.png", "data:image/png"],
      ["image", "menu-3.jpeg", "data:image/jpeg"],
      ["image", "menu-4.webp", "data:image/webp"],
      ["image", "menu-5.webp", "data:image/webp"],
      ["image", "menu-6.webp", "data:image/webp"],
    ],
  );
  assert.deepEqual(Buffer.from(read[1]?.dataUrl.split(",")[1] ?? "", "base64"), Buffer.from(png(8_000, 5_000)));
});

Deno.test("what is not, is refused, and with it the lot", async () => {
  await refused([png(1, 1), bytes("<svg/>")], "file_type_unknown");
  await refused([new Uint8Array(0)], "file_type_unknown");
  await refused([new Uint8Array(MOST_BYTES), png(1, 1)], "file_too_large");
  await refused([await pdf(MOST_PAGES), await pdf(1)], "file_too_many_pages");
  for (const file of [png, jpeg, extended]) await refused([file(8_001, 5_000)], "file_too_many_pixels");
  await refused([lossy(16_383, 16_383)], "file_too_many_pixels");
  await refused([lossless(16_384, 16_384)], "file_too_many_pixels");
  await refused([png(16_385, 1)], "file_too_many_pixels");
  await refused([png(4_294_967_295, 4_294_967_295)], "file_too_many_pixels");
  const broken = [
    png(0, 1),
    png(1, 1).subarray(0, 20),
    jpeg(1, 1).subarray(0, 14),
    jpeg(0, 0),
    lossy(1, 1).subarray(0, 22),
  ];
  const endless = bytes([0xff, 0xd8, 0xff, 0xda], u16(4));
  const odd = [
    webp("ALPH", [0, 0, 0, 0]),
    webp("VP8L", [0, 0, 0, 0, 0]),
    endless,
    bytes("%PDF-1.7\nnothing"),
    bytes("%PDF-"),
  ];
  for (const file of [...broken, ...odd]) await refused([file], "file_unreadable");
});

Deno.test("a document that is locked is refused: nobody could say what is in it", async () => {
  const text = Buffer.from(await pdf(1)).toString("latin1");
  const locked = text.replace(/trailer\s*<<|\/Type \/XRef/, (found) => `${found} /Encrypt 1 0 R `);
  assert.notEqual(locked, text);
  await refused([bytes(locked)], "file_unreadable");
});

Deno.test("files go to the model as they are, in a message without instructions; what is missing or no menu fails the job", async () => {
  const files = { "v/a.pdf": png(10, 10), "v/b.png": await pdf(2), "v/c.png": bytes("hello") };
  const reading = (...paths: string[]) => ({ start_assistant_job: () => readingOf(...paths) });
  await withModel(
    reading("v/a.pdf", "v/b.png"),
    async ({ server, work }) => {
      assert.deepEqual(await work("requested"), { done: true });
      const [message] = (server.asked[0]?.body.input ?? []) as { content: Record<string, string>[] }[];
      const content = message?.content ?? [];
      assert.deepEqual(
        content.map(({ type, filename, image_url }) => [type, filename ?? image_url?.slice(0, 15)]),
        [
          ["input_image", "data:image/png;"],
          ["input_file", "menu-2.pdf"],
        ],
      );
      assert.doesNotMatch(JSON.stringify(server.asked[0]?.body), /file_url|https?:/);
    },
    { files },
  );
  for (const [path, reason] of [
    ["v/none.pdf", "file_missing"],
    ["v/c.png", "file_type_unknown"],
  ] as const) {
    await withModel(
      reading("v/a.pdf", path),
      async ({ server, work, told }) => {
        assert.deepEqual(await work("requested"), { done: true });
        assert.deepEqual([server.asked.length, told()[0]?.args], [0, { p_job_id: JOB, p_reason: reason }]);
      },
      { files },
    );
  }
});

const item = { category: "Mains", name: "Pie", description: null, price_minor: 1_100 };

Deno.test("what was read is handed over; a file without a menu is no menu", async () => {
  for (const [items, call, args] of [
    [[item], "finish_assistant_job", { p_answer: { items: [item] } }],
    [[], "fail_assistant_job", { p_reason: "nothing_found" }],
  ] as const) {
    await withModel(
      { start_assistant_job: () => readingOf("v/a.png"), get_assistant_job: () => waitingFor("resp_1", "read_menu") },
      async ({ server, work, told }) => {
        await work("requested");
        server.becomes("resp_1", says(JSON.stringify({ items })));
        await work("answered");
        assert.deepEqual(told().at(-1), {
          name: call,
          args: { p_job_id: JOB, ...args, p_input_tokens: 100, p_output_tokens: 20, p_cost_micro: 300 },
        });
      },
      { files: { "v/a.png": png(10, 10) } },
    );
  }
});

Deno.test("an answer is strict and bounded", () => {
  const reads = (change: object) => checkReading(JSON.stringify({ items: [{ ...item, ...change }] }));
  assert.deepEqual(reads({ name: "  Pie  " }), { ok: true, value: { items: [item] } });
  const wrong: object[] = [
    { name: " " },
    { name: "x".repeat(121) },
    { name: "a\u0000b" },
    { name: "a\nb\u001b[31m" },
    { category: "" },
    { description: "x".repeat(2_001) },
    { description: "" },
    { price_minor: -1 },
    { price_minor: 1.5 },
    { price_minor: "1100" },
    { price_minor: 100_000_001 },
    { menu_item_id: JOB },
    { is_available: false },
    { allergens: [] },
  ];
  for (const change of wrong)
    assert.deepEqual(reads(change), { ok: false, reason: "answer_invalid" }, JSON.stringify(change));
  for (const odd of [
    "",
    "null",
    "[]",
    '{"items": {}}',
    '{"items": [], "tool": "refund"}',
    `{"items": [${"1,".repeat(500)}1]}`,
  ]) {
    assert.equal(checkReading(odd).ok, false, odd.slice(0, 40));
  }
  const many = { items: Array.from({ length: 501 }, () => item) };
  assert.deepEqual(checkReading(JSON.stringify(many)), { ok: false, reason: "answer_invalid" });

  const says = (...refs: number[]) =>
    checkTranslation(JSON.stringify({ texts: refs.map((ref) => ({ ref, name: "x", description: null })) }), 2).ok;
  assert.ok(says(1, 2) && says(2, 1));
  for (const refs of [[], [1], [1, 1], [1, 3], [1, 2, 3], [0, 1], [1, 401]]) assert.ok(!says(...refs), String(refs));
});

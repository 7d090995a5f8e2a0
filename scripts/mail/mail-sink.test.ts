/** The sink as its users meet it: a mail program that sends, a person who reads. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openMailStore } from "./mail-store.ts";
import { type MailSink, startMailSink } from "./start-mail-sink.ts";

const dir = mkdtempSync(join(tmpdir(), "mail-sink-"));
let sink: MailSink;
beforeAll(async () => {
  sink = await startMailSink({ smtpPort: 0, httpPort: 0, dir: join(dir, "mails"), log: console.error });
});
afterAll(async () => {
  await sink.close();
  rmSync(dir, { recursive: true });
});

async function send(said: string): Promise<string> {
  const socket = connect(Number(new URL(sink.smtpUrl).port), "127.0.0.1");
  let heard = "";
  socket.on("data", (bytes) => {
    heard += bytes.toString();
  });
  socket.write(said);
  await new Promise((resolve) => socket.once("close", resolve));
  return heard;
}

test("what is sent can be listed and read, by nobody but its owner", async () => {
  const subject = "=?UTF-8?Q?Caf=C3=A9_?=\r\n =?UTF-8?B?w5xiZXI=?=";
  const heard = await send(
    `HELO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: ${subject}\r\n\r\nhello\r\n.\r\nQUIT\r\n`,
  );
  expect(heard).toMatch(/^220 .*354 .*250 kept\r\n221 bye\r\n$/s);
  const [listed] = await (await fetch(`${sink.url}/messages`)).json();
  expect(listed).toMatchObject({ to: "c@d.example", subject: "Café Über" });
  const response = await fetch(`${sink.url}/messages/${listed.id}`);
  expect(response.headers.get("content-type")).toContain("text/plain");
  expect(await response.text()).toContain("Return-Path: <a@b.example>\r\nDelivered-To: c@d.example\r\nSubject:");
  const [file = ""] = readdirSync(join(dir, "mails"));
  expect(statSync(join(dir, "mails", file)).mode & 0o077).toBe(0);
  expect(statSync(join(dir, "mails")).mode & 0o077).toBe(0);
});

test("only mails are read: no other file, no other method", async () => {
  for (const path of ["/messages/../../x", "/messages/%2e%2e", "/messages/nope", "/", "/messages/"]) {
    expect((await fetch(`${sink.url}${path}`)).status, path).toBe(404);
  }
  expect((await fetch(`${sink.url}/messages`, { method: "POST" })).status).toBe(405);
  expect((await fetch(`${sink.url}/_health`)).status).toBe(200);
});

test("the oldest make room", async () => {
  const store = openMailStore(join(dir, "few"), 2);
  for (const name of ["one", "two", "three"]) {
    await store.keep({ from: "a@b", to: [`${name}@d`], content: Buffer.from("x") });
  }
  expect(store.list().map(({ to }) => to)).toEqual(["three@d", "two@d"]);
});

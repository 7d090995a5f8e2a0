/** The sink as an SMTP server: whole conversations, in pieces of any size, and what it refuses. */
import { expect, test } from "vitest";
import { createSmtpSession, LARGEST_MAIL_BYTES, type ReceivedMail } from "./smtp-session.ts";

async function talk(said: string | Buffer, pieces = Number.POSITIVE_INFINITY) {
  const kept: ReceivedMail[] = [];
  const session = createSmtpSession(async (mail) => void kept.push(mail));
  const bytes = Buffer.from(said);
  const replies: string[] = [];
  let ended = false;
  for (let at = 0; at < bytes.length && !ended; at += pieces) {
    const answer = await session.receive(bytes.subarray(at, at + pieces));
    replies.push(...answer.replies);
    ended = answer.ended;
  }
  return { kept, codes: replies.map((reply) => reply.slice(0, 3)).join(" "), ended };
}

const MAIL = "EHLO x\r\nMAIL FROM:<a@b.example> SIZE=10\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@f.example>\r\nDATA\r\n";

test("a mail is kept as it came, without its dot-stuffing, however the bytes arrive", async () => {
  for (const pieces of [1, 2, 7, Number.POSITIVE_INFINITY]) {
    const { kept, codes, ended } = await talk(`${MAIL}Subject: x\r\n\r\n..dot\r\né\r\n.\r\nQUIT\r\n`, pieces);
    expect(codes).toBe("250 250 250 250 354 250 221");
    expect(ended).toBe(true);
    expect(kept.map(({ content }) => content.toString())).toEqual(["Subject: x\r\n\r\n.dot\r\né\r\n"]);
    expect([kept[0]?.from, kept[0]?.to]).toEqual(["a@b.example", ["c@d.example", "e@f.example"]]);
  }
});

test("two mails in one conversation, the second empty, are two mails", async () => {
  const again = "MAIL FROM:<>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n.\r\n";
  const { kept, codes } = await talk(`${MAIL}x\r\n.\r\n${again}`);
  expect(codes).toBe("250 250 250 250 354 250 250 250 354 250");
  expect(kept.map(({ content }) => content.toString())).toEqual(["x\r\n", ""]);
});

test("commands out of order, malformed or unknown are refused, and nothing is kept", async () => {
  const said = [
    "DATA",
    "RCPT TO:<c@d.example>",
    "MAIL a@b",
    "VRFY x",
    "AUTH PLAIN x",
    "",
    "RCPT TO:<>",
    "NOOP",
    "RSET",
  ];
  const { kept, codes } = await talk(`${said.join("\r\n")}\r\n`);
  expect(codes).toBe("503 503 501 502 502 502 501 250 250");
  expect(kept).toEqual([]);
});

test("what is too long or too much ends the conversation", async () => {
  const line = await talk("x".repeat(5000));
  expect([line.codes, line.ended]).toEqual(["500", true]);
  const flood = await talk(Buffer.concat([Buffer.from(MAIL), Buffer.alloc(LARGEST_MAIL_BYTES + 10, "x")]), 1 << 20);
  expect([flood.codes, flood.ended, flood.kept]).toEqual(["250 250 250 250 354 552", true, []]);
  const many = await talk(`HELO x\r\nMAIL FROM:<a@b>\r\n${"RCPT TO:<c@d>\r\n".repeat(101)}`);
  expect(many.codes.endsWith(" 250 452")).toBe(true);
});

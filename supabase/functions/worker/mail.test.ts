import assert from "node:assert/strict";
import { escapeHtml, oneLine } from "../_shared/html.ts";
import { invitationMail } from "./mails/invitation.ts";
import { withMail } from "./testing.ts";

const SUBJECT_ID = "3c1d9f52-4d7b-4b8e-9a43-5f0e6d7c8b9a";
const TOKEN = "Zm9v-YmFy_token";
const requested = { template: "invitation", subject_id: SUBJECT_ID, secrets: { token: TOKEN } };
const values = {
  to: "ann@example.test",
  organisation: "Café <b>Noir</b> & Söhne",
  venue: "Corner",
  role: "server",
  expires_at: "2026-06-08T12:00:00+00:00",
};
const unfolded = (mail: string) => mail.replace(/\r\n[ \t]+/g, " ");
/** Quoted-printable, as the sink shows it, made readable. */
const readable = (mail: string) =>
  new TextDecoder().decode(
    Uint8Array.from(
      mail
        .replace(/=\r\n/g, "")
        .replace(/=([0-9A-F]{2})/g, (_sign, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      (sign) => sign.charCodeAt(0),
    ),
  );

Deno.test("an invitation is mailed over SMTP, in text and in HTML, with its link", () =>
  withMail(values, async ({ send, mails, asked, sink }) => {
    assert.deepEqual(await send(requested), { done: true });
    assert.deepEqual(asked[0]?.args, { p_template: "invitation", p_subject_id: SUBJECT_ID });
    const [mail = "", ...others] = await mails();
    assert.equal(others.length, 0);
    assert.match(mail, /^Return-Path: <mail@servio\.example>\r\nDelivered-To: ann@example\.test\r\n/);
    assert.match(mail, /^From: Servio <mail@servio\.example>\r$/m);
    assert.match(unfolded(mail), new RegExp(`^Message-ID: <invitation\\.${SUBJECT_ID}@servio\\.example>\r$`, "m"));
    const text = readable(mail);
    const link = `https://app.example/eat/invitation#token=${TOKEN}`;
    assert.ok(text.includes(`Accept the invitation: ${link}`));
    assert.ok(text.includes(`<a href="${link}">`));
    assert.ok(text.includes("Café &lt;b&gt;Noir&lt;/b&gt; &amp; Söhne"));
    assert.ok(text.includes("8 June 2026"));
    const [listed] = (await (await fetch(`${sink.url}/messages`)).json()) as { to: string; subject: string }[];
    assert.deepEqual([listed?.to, listed?.subject], ["ann@example.test", "Join Café <b>Noir</b> & Söhne on Servio"]);
  }));

Deno.test("sent twice it is the same mail, by its Message-ID", () =>
  withMail(values, async ({ send, mails }) => {
    await send(requested);
    await send(requested);
    const ids = (await mails()).map((mail) => /^Message-ID: (<.+>)\r$/m.exec(unfolded(mail))?.[1]);
    assert.equal(ids.filter(Boolean).length, 2);
    assert.equal(new Set(ids).size, 1);
  }));

Deno.test("a mail whose reason has gone is not sent, and that is done", () =>
  withMail(null, async ({ send, mails }) => {
    assert.deepEqual(await send(requested), { done: true });
    assert.deepEqual(await mails(), []);
  }));

Deno.test("a message without its secret, or of an unknown template, is refused before anything is asked", () =>
  withMail(values, async ({ send, asked }) => {
    for (const payload of [{ ...requested, secrets: undefined }, { ...requested, template: "x" }, null, "x"]) {
      await assert.rejects(send(payload), { name: "ZodError" });
    }
    assert.deepEqual(asked, []);
  }));

Deno.test("names stay values: no header, no recipient and no markup comes from them", () =>
  withMail(
    { ...values, organisation: 'Evil\r\nBcc: all@example.test\r\n\r\n<script>"', venue: null, to: "ann@example.test" },
    async ({ send, mails }) => {
      assert.deepEqual(await send(requested), { done: true });
      const [mail = ""] = await mails();
      assert.match(mail, /^Delivered-To: ann@example\.test\r$/m);
      assert.ok(!/^Bcc:/im.test(mail));
      assert.ok(!readable(mail).split("text/html")[1]?.includes("<script"));
    },
  ));

Deno.test("two addresses in one are nobody's", () =>
  withMail({ ...values, to: "ann@example.test, bob@example.test" }, async ({ send, mails }) => {
    const outcome = await send(requested);
    assert.equal(outcome.done, false);
    assert.deepEqual(await mails(), []);
  }));

Deno.test("escaping", () => {
  assert.equal(escapeHtml(`<a href="x" id='y'>&`), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;");
  assert.equal(oneLine(" a\r\nb\u2028c\u0000\u202ed\t e "), "a b c d e");
  const invitation = { organisation: "O", venue: null, role: "staff", expires_at: new Date("2026-01-31T00:00:00Z") };
  const { text } = invitationMail(invitation, { appUrl: "https://a.example", token: "a&b#c" });
  assert.ok(text.includes("https://a.example/invitation#token=a%26b%23c"));
});

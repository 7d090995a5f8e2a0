import assert from "node:assert/strict";
import { createServer } from "node:net";
import { escapeHtml, oneLine } from "../_shared/html.ts";
import { createMailer, MailError, mailSchema, smtpOptions } from "../_shared/mailer.ts";
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

/** A mail server that says what it is told, line after line. */
async function rudeServer(replies: readonly string[], test: (url: string) => Promise<void>) {
  const server = createServer((socket) => {
    const rest = [...replies];
    const say = () => {
      const reply = rest.shift();
      if (reply === undefined) socket.destroy();
      else socket.write(`${reply}\r\n`);
    };
    socket.on("error", () => {});
    socket.on("data", say);
    say();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  try {
    await test(`smtp://127.0.0.1:${port}`);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const mail = { to: "ann@example.test", id: "x", subject: "s", text: "t", html: "h" };
const quick = { connectMs: 300, silenceMs: 300, withinMs: 1_000 };
const failure = async (url: string): Promise<MailError> => {
  const error = await createMailer({ MAIL_URL: url, MAIL_FROM: "a@b.example" }, quick)
    .send(mail)
    .catch((reason) => reason);
  assert.ok(error instanceof MailError, String(error));
  assert.ok(!error.message.includes("ann@"), "what is logged names no address");
  return error;
};

Deno.test("an address that does not exist is refused for good; a server in trouble is asked again", async () => {
  const hello = ["220 hi", "250 hello", "250 sender"];
  await rudeServer([...hello, "550 no such user ann@example.test"], async (url) => {
    assert.equal((await failure(`${url}?tls=never`)).permanent, true);
  });
  await rudeServer([...hello, "451 later"], async (url) => {
    assert.equal((await failure(`${url}?tls=never`)).permanent, false);
  });
  await rudeServer(["421 full"], async (url) => assert.equal((await failure(`${url}?tls=never`)).permanent, false));
  assert.equal((await failure("smtp://127.0.0.1:9?tls=never")).permanent, false);
});

Deno.test("a server without encryption gets no mail, unless the URL says that it may", async () => {
  await rudeServer(["220 hi", "250 hello", "250 sender", "250 recipient", "354 go"], async (url) => {
    assert.match((await failure(url)).message, /ETLS|ESOCKET|STARTTLS/);
  });
});

Deno.test("MAIL_URL: encrypted by default, and a password never in the clear", () => {
  const env = { MAIL_FROM: "Servio <mail@servio.example>", APP_URL: "https://app.example" };
  const accepts = (MAIL_URL: string, more = {}) => mailSchema.safeParse({ ...env, MAIL_URL, ...more }).success;
  assert.ok(accepts("smtps://user:p%40ss@mail.example"));
  assert.ok(accepts("smtp://user:pass@mail.example:587"));
  assert.ok(accepts("smtp://127.0.0.1:2525?tls=never"));
  assert.ok(!accepts("smtp://user:pass@127.0.0.1:2525?tls=never"));
  for (const url of ["", "mail.example", "https://mail.example", "smtp://", "file:///tmp"])
    assert.ok(!accepts(url), url);
  assert.ok(!accepts("smtps://mail.example", { MAIL_FROM: "nobody" }));
  assert.ok(!accepts("smtps://mail.example", { MAIL_FROM: "a@b.example\r\nBcc: c@d.example" }));
  assert.ok(!accepts("smtps://mail.example", { APP_URL: "javascript:alert(1)" }));
  const { host, port, secure, requireTLS, auth } = smtpOptions("smtps://user:p%40ss@mail.example");
  assert.deepEqual(
    [host, port, secure, requireTLS, auth],
    ["mail.example", 465, true, false, { user: "user", pass: "p@ss" }],
  );
  assert.deepEqual(smtpOptions("smtp://mail.example"), {
    host: "mail.example",
    port: 587,
    secure: false,
    requireTLS: true,
    ignoreTLS: false,
  });
  assert.equal(smtpOptions("smtp://[::1]:25?tls=never").host, "::1");
});

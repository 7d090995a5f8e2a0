// Mail over SMTP, against servers that say what they are told to: what is refused for good, and what is sent at all.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { createMailer, MailError, mailSchema, smtpOptions } from "./mailer.ts";

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

Deno.test("what went wrong is told in the server's numbers; for good is only what is said of this mail", async () => {
  const hello = ["220 hi", "250 hello", "250 sender"];
  const data = [...hello, "250 recipient", "354 go"];
  const cases: [string[], string, boolean][] = [
    [[...hello, "550 no such user"], "mail: EENVELOPE RCPT TO 550", true],
    [["220 hi", "250 hello", "500 not from you"], "mail: EENVELOPE MAIL FROM 500", true],
    [[...hello, "451 later"], "mail: EENVELOPE RCPT TO 451", false],
    [[...data, "554 spam"], "mail: EMESSAGE DATA 554", true],
    [[...data, "452 full"], "mail: EMESSAGE DATA 452", false],
    [["554 nobody is served here"], "mail: EPROTOCOL CONN 554", false],
  ];
  for (const [replies, message, permanent] of cases) {
    await rudeServer(replies, async (url) => {
      const error = await failure(`${url}?tls=never`);
      assert.deepEqual([error.message, error.permanent], [message, permanent]);
    });
  }
});

Deno.test("a server that is down five times in a row is left alone for a while; one that refuses is not down", async () => {
  const outcomes = async (url: string) => {
    const mailer = createMailer({ MAIL_URL: `${url}?tls=never`, MAIL_FROM: "a@b.example" }, quick);
    const said: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      said.push(
        await mailer.send(mail).then(
          () => "sent",
          (error: Error) => error.message,
        ),
      );
    }
    return said;
  };
  const down = await outcomes("smtp://127.0.0.1:9");
  for (const said of down.slice(0, 5)) assert.match(said, /^mail: ESOCKET CONN$/);
  assert.equal(down[5], "the mail server does not answer");
  await rudeServer(["220 hi", "250 hello", "250 sender", "550 no such user"], async (url) => {
    assert.deepEqual(new Set(await outcomes(url)), new Set(["mail: EENVELOPE RCPT TO 550"]));
  });
});

Deno.test("who writes, who runs the platform and where the app lives are checked before anything is sent", () => {
  const env = { MAIL_URL: "smtps://mail.example", MAIL_FROM: "a@b.example", APP_URL: "https://app.example" };
  const accepts = (more: Record<string, string>) => mailSchema.safeParse({ ...env, ...more }).success;
  for (const MAIL_FROM of ["a@b.example", "Café Noir <a@b.example>"]) assert.ok(accepts({ MAIL_FROM }), MAIL_FROM);
  for (const MAIL_FROM of [
    ...["", "@b.example", "a@", "a@@b", "a b@c.example", "<a@b.example>", "Noir <a@b.example", "Noir a@b.example>"],
    ...["Noir <a@b.example> x", "Noir <a>", "a@b.example, c@d.example"],
  ]) {
    assert.ok(!accepts({ MAIL_FROM }), MAIL_FROM);
  }
  assert.ok(accepts({ OPERATORS_MAIL: "ops@example.test" }));
  for (const OPERATORS_MAIL of ["ops", "@example.test", "ops@", "Ops <ops@example.test>", "a@b@c", "a@b.example c"]) {
    assert.ok(!accepts({ OPERATORS_MAIL }), OPERATORS_MAIL);
  }
});

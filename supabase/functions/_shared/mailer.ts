// Sends mail over SMTP, everywhere the same way: to a relay, or to the mail sink of the embedded stack. Where it goes is
// MAIL_URL alone. Mails carry secrets, so the way there is encrypted unless the URL says that it is not; a password never
// goes in the clear. What is thrown tells what went wrong and names no address.
import nodemailer from "nodemailer";
import { z } from "zod";
import { appUrl } from "./app-link.ts";
import { createGuard, isGuardRefusal } from "./guard.ts";

export interface Mail {
  readonly to: string;
  /** The same for every repetition of one mail: it becomes the Message-ID. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  send(mail: Mail): Promise<void>;
}

export class MailError extends Error {
  override readonly name = "MailError";
  /** Refused for good: the same mail would be refused again. */
  readonly permanent: boolean;

  constructor(message: string, permanent: boolean) {
    super(message);
    this.permanent = permanent;
  }
}

const ADDRESS = /^(?:[^<>\r\n]+<([^\s<>@]+@[^\s<>@]+)>|([^\s<>@]+@[^\s<>@]+))$/;

export const mailSchema = z.object({
  /** smtps://user:password@host:465, smtp://host:587 (STARTTLS is required), smtp://host:25?tls=never (in the clear). */
  MAIL_URL: z.string().refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || !["smtp:", "smtps:"].includes(url.protocol) || url.hostname === "") return false;
    return !(url.username && isClear(url));
  }, "must be smtp://host or smtps://host, and ?tls=never only without a password"),
  MAIL_FROM: z.string().regex(ADDRESS, "must be an address, or a name with an address in angle brackets"),
  /** Who runs the platform: alerts go there. */
  OPERATORS_MAIL: z
    .string()
    .regex(/^[^\s<>@]+@[^\s<>@]+$/, "must be an address")
    .optional(),
  /** Where the app lives that links in mails lead to. */
  APP_URL: appUrl,
});
export type MailEnv = z.output<typeof mailSchema>;

const isClear = (url: URL): boolean => url.protocol === "smtp:" && url.searchParams.get("tls") === "never";

export function smtpOptions(mailUrl: string) {
  const url = new URL(mailUrl);
  const secure = url.protocol === "smtps:";
  const part = (text: string) => decodeURIComponent(text);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isClear(url),
    ignoreTLS: isClear(url),
    ...(url.username ? { auth: { user: part(url.username), pass: part(url.password) } } : {}),
  };
}

export interface Timeouts {
  readonly connectMs: number;
  readonly silenceMs: number;
  readonly withinMs: number;
}

export function createMailer(
  env: Pick<MailEnv, "MAIL_URL" | "MAIL_FROM">,
  { connectMs, silenceMs, withinMs }: Timeouts = { connectMs: 10_000, silenceMs: 15_000, withinMs: 30_000 },
): Mailer {
  const transport: Transport = nodemailer.createTransport({
    ...smtpOptions(env.MAIL_URL),
    connectionTimeout: connectMs,
    dnsTimeout: connectMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const guard = createGuard({
    isOutage: (error) => error instanceof MailError && !error.permanent,
    isTransient: () => false, // the queue tries again, later
    timeoutMs: withinMs,
    withinMs,
    retries: 0,
    firstDelayMs: 0,
    failuresToOpen: 5,
    openForMs: 10_000,
    atOnce: 5,
    waiting: 20,
  });
  const [, named, bare] = ADDRESS.exec(env.MAIL_FROM) ?? [];
  const domain = (named ?? bare ?? "").split("@")[1] ?? "";
  return {
    async send({ to, id, ...content }) {
      const mail = { from: env.MAIL_FROM, to: { name: "", address: to }, messageId: `<${id}@${domain}>`, ...content };
      try {
        await guard.run(() => transport.sendMail(mail).catch(refuse), { repeatable: false });
      } catch (error) {
        if (isGuardRefusal(error)) throw new MailError("the mail server does not answer", false);
        throw error;
      }
    },
  };
}

/** Of the library, what is used here. */
interface Transport {
  sendMail(mail: Record<string, unknown>): Promise<unknown>;
}

const smtpFailure = z.object({
  code: z.string().optional(),
  command: z.string().optional(),
  responseCode: z.number().optional(),
});

/** The server's words may repeat the address; its numbers do not. */
function refuse(error: unknown): never {
  const { code = "unknown", command = "", responseCode } = smtpFailure.catch({}).parse(error);
  const permanent = (code === "EENVELOPE" || code === "EMESSAGE") && (responseCode ?? 0) >= 500;
  throw new MailError(["mail:", code, command, responseCode].filter(Boolean).join(" "), permanent);
}

/**
 * Where mail goes. With a MAIL_URL of the user it goes there, and nothing is started. Without one it goes to the mail
 * sink, a process of the stack that keeps every mail in the stack's folder; the functions send it in the same way.
 */
import { join } from "node:path";
import { REPOSITORY } from "./project.ts";
import { answersOk, plainEnvironment, type Service } from "./service.ts";

export interface MailSinkPorts {
  mail: number;
  mailHttp: number;
}

export function mailService({ mail, mailHttp }: MailSinkPorts, dir: string): Service {
  const healthUrl = `http://127.0.0.1:${mailHttp}/_health`;
  return {
    name: "mail",
    command: process.execPath,
    args: [join(REPOSITORY, "scripts", "mail", "main.ts")],
    env: {
      ...plainEnvironment(),
      MAIL_SINK_SMTP_PORT: String(mail),
      MAIL_SINK_HTTP_PORT: String(mailHttp),
      MAIL_SINK_DIR: dir,
    },
    cwd: REPOSITORY,
    healthUrl,
    isReady: () => answersOk(healthUrl),
  };
}

/** What the functions are told; the user's own values stay. */
export const mailEnvironment = (
  env: Record<string, string>,
  { mail }: MailSinkPorts,
  siteUrl: string,
): Record<string, string> => ({
  MAIL_URL: env.MAIL_URL ?? `smtp://127.0.0.1:${mail}?tls=never`,
  MAIL_FROM: env.MAIL_FROM ?? "Servio <mail@servio.localhost>",
  APP_URL: env.APP_URL ?? siteUrl,
});

// The mail sink as a process: `node scripts/mail/main.ts`. Configured by environment variables only; a missing one stops
// it with its name.
import { startMailSink } from "./start-mail-sink.ts";

const HELP = `Usage: node scripts/mail/main.ts [--help]

Takes every mail that is sent to it over SMTP on 127.0.0.1, and delivers none.

Environment:
  MAIL_SINK_SMTP_PORT   port for mail (0 takes any free one)
  MAIL_SINK_HTTP_PORT   port for reading (0 takes any free one)
  MAIL_SINK_DIR         folder that keeps the mails as .eml files

GET /messages lists the mails, GET /messages/<id> is one, GET /_health answers 200 when it is ready.
`;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    const help = args[0] === "--help" || args[0] === "-h";
    (help ? console.log : console.error)(HELP);
    return help ? 0 : 2;
  }
  const sink = await startMailSink({
    smtpPort: Number(required("MAIL_SINK_SMTP_PORT")),
    httpPort: Number(required("MAIL_SINK_HTTP_PORT")),
    dir: required("MAIL_SINK_DIR"),
    log: (line) => console.error(line),
  });
  console.log(`mail sink: ready at ${sink.smtpUrl}, mails at ${sink.url}/messages`);
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  await sink.close();
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(`mail sink: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  },
);

/** The command line of the local stack. Exit codes: 0 done, 1 failed or not running, 2 wrong usage. */
import { parseArgs } from "node:util";
import { reset } from "./cli-reset.ts";
import { start } from "./cli-start.ts";
import { status } from "./cli-status.ts";
import { stop } from "./cli-stop.ts";
import { voice } from "./output.ts";
import { requireNode } from "./preflight.ts";
import { describe } from "./stack-error.ts";

const HELP = `The local Servio stack: Postgres, REST, Auth, Functions, Realtime and payments behind one port.

  npm start               start it in the background; data is kept, new migrations are applied
  npm start -- --foreground   start it here; Ctrl-C stops it
  npm run status          where it is and how its parts are (-- --json: with every key, for programs)
  npm run stop            stop it
  npm run db:reset        build the database anew from migrations and seed; everything in it is lost

Settings come from .env or the environment: STACK_PORT, STACK_DB_PORT, STACK_DIR; see .env.example.`;

const OPTIONS = { help: { type: "boolean" }, json: { type: "boolean" }, foreground: { type: "boolean" } } as const;

class UsageError extends Error {}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help || command === "help") {
    voice.line(HELP);
    return 0;
  }
  if (rest.length > 0) throw new UsageError(`unexpected: ${rest.join(" ")}`);
  requireNode();
  switch (command) {
    case "start":
      return start({ foreground: values.foreground ?? false });
    case "stop":
      return stop();
    case "status":
      return status({ json: values.json ?? false });
    case "reset":
      return reset();
    default:
      throw new UsageError(command ? `unknown command: ${command}` : "a command is missing");
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    voice.failure(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  } else {
    if (process.send) process.send({ kind: "failed", text: describe(error) });
    voice.failure(describe(error));
    process.exitCode = 1;
  }
}
if (process.connected) process.disconnect();

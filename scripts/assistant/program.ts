/** The assistant's tools at a terminal, with a person's own rights: one tool and its answer, or a prompt. */
import { parseArgs } from "node:util";
import { readEnvironment } from "../stack/environment.ts";
import { StackError } from "../stack/stack-error.ts";
import { readState } from "../stack/state.ts";
import { ask } from "./chat.ts";
import { runPrompt, toolOf, venueOf } from "./prompt.ts";
import { type Access, createServio, type Servio, type Session, signIn } from "./servio.ts";
import { showError, showJson, showVenues } from "./show.ts";
import type { Terminal } from "./terminal.ts";
import { ArgumentsError, argumentsOf, decide, isDecision, listTools, listVenues, objectOf, useTool } from "./tools.ts";

const HELP = `npm run assistant                                  a prompt: tools, their arguments, proposals
npm run --silent assistant -- tools                the tools, as JSON
npm run --silent assistant -- venues               the venues in which you work, as JSON
npm run --silent assistant -- <tool> [key=value …] uses a tool, and prints its answer as JSON
npm run --silent assistant -- ask "…"              says it to the model, if the server has one; its answer as JSON
npm run --silent assistant -- confirm <proposal>   does what a tool has proposed; undo takes it back, discard drops it

  --json '{…}'          the arguments of the tool as JSON
  --venue <venue>       id, slug or name; may be left out by who works in one
  --email, --password   who signs in; else SERVIO_EMAIL and SERVIO_PASSWORD, else they are asked for
  --token <token>       an access token instead; else SERVIO_TOKEN
  --url, --key          another project and its publishable key; else the running stack's

Every tool works with the rights of whoever signs in. A change is only proposed until you confirm it.`;

const text = { type: "string" } as const;
const OPTIONS = {
  json: text,
  venue: text,
  email: text,
  password: text,
  token: text,
  url: text,
  key: text,
  help: { type: "boolean", default: false },
} as const;
const parse = (args: string[]) => parseArgs({ args, options: OPTIONS, allowPositionals: true });
type Values = ReturnType<typeof parse>["values"];

class Usage extends Error {}

export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  say(text: string): void;
  complain(text: string): void;
  openTerminal(): Terminal;
}

/** Returns the exit code: 0 answered, 1 refused or failed, 2 wrong usage. */
export async function runProgram(args: string[], { env, say, complain, openTerminal }: Outside): Promise<number> {
  let terminal: Terminal | null = null;
  try {
    const { values, positionals } = parsed(args);
    if (values.help) {
      say(HELP);
      return 0;
    }
    const [command, ...words] = positionals;
    if (command === undefined && values.json !== undefined) throw new Usage("--json: which tool?");
    const access = accessOf(values);
    terminal = openTerminal();
    const servio = createServio(access, await sessionOf(access, values, env, terminal));
    if (command !== undefined) say(showJson(await once(servio, command, words, values)));
    else await prompt(servio, terminal, values);
    return 0;
  } catch (error) {
    if (error instanceof Usage || error instanceof ArgumentsError) {
      complain(`${error.message}\n\n${HELP}`);
      return 2;
    }
    complain(showError(error));
    return 1;
  } finally {
    terminal?.close();
  }
}

function parsed(args: string[]): ReturnType<typeof parse> {
  try {
    return parse(args);
  } catch (error) {
    throw new Usage((error as Error).message);
  }
}

function accessOf({ url, key }: Values): Access {
  if (url !== undefined || key !== undefined) {
    if (url === undefined || key === undefined) throw new Usage("--url and --key belong together");
    if (!URL.canParse(url)) throw new Usage("--url: not a URL");
    return { url: url.replace(/\/$/, ""), publishableKey: key };
  }
  const stack = readState(readEnvironment().dir);
  if (!stack) throw new StackError("no stack is running here: npm start, or name a project with --url and --key");
  return stack;
}

async function sessionOf(access: Access, values: Values, env: Outside["env"], terminal: Terminal): Promise<Session> {
  const token = values.token ?? (values.email === undefined ? env.SERVIO_TOKEN : undefined);
  if (token) return { token, refreshToken: null };
  const email = values.email ?? env.SERVIO_EMAIL ?? (await terminal.ask("E-mail: "));
  const password = values.password ?? env.SERVIO_PASSWORD ?? (await terminal.askSecretly("Password: "));
  if (!email || !password) throw new Usage("who is it? --email with --password, or --token");
  return signIn(access, email.trim(), password);
}

async function once(servio: Servio, command: string, words: string[], { json, venue }: Values): Promise<unknown> {
  if (command === "tools") return listTools(servio);
  if (command === "venues") return listVenues(servio);
  if (isDecision(command)) {
    const [proposalId, ...rest] = words;
    if (proposalId === undefined || rest.length > 0) throw new Usage(`${command}: which proposal?`);
    return decide(servio, command, proposalId);
  }
  if (command === "ask") {
    const message = words.join(" ").trim();
    if (message === "") throw new Usage("ask: what?");
    const where = venueOf(await listVenues(servio), venue);
    return ask(servio, { venueId: where.id, conversationId: null, message });
  }
  if (json !== undefined && words.length > 0) throw new Usage("arguments are key=value or --json, not both");
  const tool = toolOf(await listTools(servio), command);
  const args = json === undefined ? argumentsOf(words, tool) : objectOf(json);
  const where = args.venue_id ?? venueOf(await listVenues(servio), venue).id;
  return useTool(servio, tool.name, { ...args, venue_id: where });
}

async function prompt(servio: Servio, terminal: Terminal, { venue }: Values): Promise<void> {
  const [tools, venues] = await Promise.all([listTools(servio), listVenues(servio)]);
  const chosen = venue ?? (venues.length > 1 ? await choose(terminal, venues) : undefined);
  await runPrompt({ servio, terminal, tools, venues, venue: venueOf(venues, chosen), conversationId: null });
}

async function choose(terminal: Terminal, venues: Awaited<ReturnType<typeof listVenues>>): Promise<string> {
  terminal.say(showVenues(venues));
  return (await terminal.ask("Venue: "))?.trim() ?? "";
}

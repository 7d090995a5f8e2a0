/** The prompt: a tool, its arguments, and for a change the question whether it shall be done. Nothing is done unasked. */
import { colors as pc } from "../colors.ts";
import { Refusal } from "../demo/refusal.ts";
import { ask } from "./chat.ts";
import type { Servio } from "./servio.ts";
import { plain, showError, showJson, showProposal, showTool, showTools, showVenues } from "./show.ts";
import type { Terminal } from "./terminal.ts";
import {
  ArgumentsError,
  argumentsOf,
  decide,
  isDecision,
  type ListedTool,
  proposal,
  useTool,
  type Venue,
  wordsOf,
} from "./tools.ts";

const COMMANDS = `  anything else                   is said to the model, if the server has one
  <tool> [key=value … | {JSON}]   uses a tool in this venue; venue_id is filled in
  tools [module] · help <tool>    what there is, and what it takes
  confirm | undo | discard <id>   decides about a proposal
  venues · venue <number>         where to work · quit`;

export interface Prompt {
  readonly servio: Servio;
  readonly terminal: Terminal;
  readonly tools: readonly ListedTool[];
  readonly venues: readonly Venue[];
  venue: Venue;
  /** What has been said to the model in this venue goes on. */
  conversationId: string | null;
}

/** Until the person, or the pipe, has no more to say. */
export async function runPrompt(prompt: Prompt): Promise<void> {
  const { terminal } = prompt;
  terminal.say(`${prompt.tools.length} tools in ${plain(prompt.venue.name)}. help says how.`);
  for (;;) {
    const line = await terminal.ask(pc.cyan("servio> "));
    if (line === null) return;
    const [command, ...words] = wordsOf(line.trim());
    if (command === undefined) continue;
    if (command === "quit" || command === "exit") return;
    try {
      await follow(prompt, command, words, line.trim());
    } catch (error) {
      terminal.say(error instanceof ArgumentsError ? error.message : showError(error));
    }
  }
}

async function follow(prompt: Prompt, command: string, words: readonly string[], line: string): Promise<void> {
  const { servio, terminal, tools, venues } = prompt;
  const [first = ""] = words;
  if (command === "help") return terminal.say(first ? showTool(toolOf(tools, first)) : COMMANDS);
  if (command === "tools") return terminal.say(showTools(tools, words[0]));
  if (command === "venues") return terminal.say(showVenues(venues));
  if (command === "venue") {
    prompt.venue = venueOf(venues, first);
    prompt.conversationId = null;
    return terminal.say(`In ${plain(prompt.venue.name)} now.`);
  }
  if (isDecision(command)) return terminal.say(showJson(await decide(servio, command, first)));
  const tool = tools.find(({ name }) => name === command);
  if (!tool) return converse(prompt, command, line);
  const { kind, result } = await useTool(servio, tool.name, {
    venue_id: prompt.venue.id,
    ...argumentsOf(words, tool),
  });
  if (kind === "read") return terminal.say(showJson(result));
  await offer(prompt, result);
}

/** What is no command is said to the model; where there is none, it was a mistake. */
async function converse(prompt: Prompt, command: string, message: string): Promise<void> {
  const { servio, terminal, tools, venue, conversationId } = prompt;
  const question = { venueId: venue.id, conversationId, message };
  const reply = await ask(servio, question, (event) => {
    if (event.type === "text") terminal.write(plain(event.delta));
    else if (event.type === "tool_started") terminal.say(pc.dim(`  … ${plain(event.tool)}`));
    else if (event.type === "tool_finished" && event.outcome !== "ok")
      terminal.say(pc.dim(`  … ${plain(event.tool)}: ${plain(event.outcome)}`));
  }).catch((error) => {
    // Says what there is instead.
    if (error instanceof Refusal && error.facts.code === "model_not_configured") toolOf(tools, command);
    throw error;
  });
  prompt.conversationId = reply.conversation_id;
  terminal.say(reply.outcome === "ok" ? "" : `\n(${plain(reply.outcome)})`);
  if (reply.usage) terminal.say(pc.dim(`${reply.usage.input_tokens} + ${reply.usage.output_tokens} tokens`));
  for (const wished of reply.proposals) await offer(prompt, wished);
}

/** Shows a proposal, and does it only if the person says so. */
export async function offer({ servio, terminal }: Pick<Prompt, "servio" | "terminal">, result: unknown): Promise<void> {
  const wished = proposal.parse(result);
  terminal.say(showProposal(wished));
  const answer = (await terminal.ask("Do it? [y/N] "))?.trim().toLowerCase();
  if (answer !== "y" && answer !== "yes") {
    await decide(servio, "discard", wished.proposal_id);
    return terminal.say("Discarded; nothing has changed.");
  }
  const done = proposal.loose().parse(await decide(servio, "confirm", wished.proposal_id));
  terminal.say(`${pc.green("Done.")} ${showJson(done.result)}`);
  if (done.can_be_undone) terminal.say(pc.dim(`undo ${wished.proposal_id} takes it back.`));
}

export function toolOf(tools: readonly ListedTool[], name: string): ListedTool {
  const tool = tools.find((one) => one.name === name);
  if (!tool) throw new ArgumentsError(`there is no ${plain(name)}: tools lists what there is, help the commands`);
  return tool;
}

/** By number, id, slug or name; the only one if none is named. */
export function venueOf(venues: readonly Venue[], wanted: string | undefined): Venue {
  if (venues.length === 0) throw new ArgumentsError("you are no member of a venue");
  const [only] = venues;
  if (wanted === undefined && venues.length === 1 && only) return only;
  const found = venues.find(
    ({ id, slug, name }, index) => wanted !== undefined && [String(index + 1), id, slug, name].includes(wanted),
  );
  if (found) return found;
  throw new ArgumentsError(`${wanted === undefined ? "in which venue?" : "no such venue:"}\n${showVenues(venues)}`);
}

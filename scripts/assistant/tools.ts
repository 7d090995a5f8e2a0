/** The tools as the server describes them, and the words of a person at a prompt turned into a tool's arguments. */
import { z } from "zod";
import type { Servio } from "./servio.ts";

const property = z.looseObject({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown().optional(),
});
const listed = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      module: z.string(),
      kind: z.enum(["read", "change"]),
      permission: z.string(),
      description: z.string(),
      input_schema: z.looseObject({
        properties: z.record(z.string(), property).default({}),
        required: z.array(z.string()).default([]),
      }),
    }),
  ),
});
export type ListedTool = z.output<typeof listed>["tools"][number];

const venue = z.object({ id: z.string(), name: z.string(), slug: z.string(), permissions: z.array(z.string()) });
const context = z.object({
  email: z.string().nullish(),
  organisations: z.array(z.object({ name: z.string(), venues: z.array(venue) })),
});
export interface Venue extends z.output<typeof venue> {
  readonly organisation: string;
}

export const proposal = z.object({
  proposal_id: z.string(),
  tool: z.string(),
  status: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  impact: z.record(z.string(), z.unknown()),
  expires_at: z.string(),
  can_be_undone: z.boolean().nullish(),
});
export type Proposal = z.output<typeof proposal>;
export const used = z.object({ tool: z.string(), kind: z.enum(["read", "change"]), result: z.unknown() });
export type Used = z.output<typeof used>;

export const listTools = async (servio: Servio): Promise<ListedTool[]> =>
  listed.parse(await servio.ask("/functions/v1/assistant/tools")).tools;

export async function listVenues(servio: Servio): Promise<Venue[]> {
  const { organisations } = context.parse(await servio.rpc("get_access_context", {}));
  return organisations.flatMap(({ name, venues }) => venues.map((one) => ({ ...one, organisation: name })));
}

export const useTool = async (servio: Servio, name: string, args: object): Promise<Used> =>
  used.parse(await servio.ask(`/functions/v1/assistant/tools/${encodeURIComponent(name)}`, args));

export const DECISIONS = ["confirm", "undo", "discard"] as const;
export type Decision = (typeof DECISIONS)[number];
export const isDecision = (word: string): word is Decision => (DECISIONS as readonly string[]).includes(word);

export const decide = (servio: Servio, decision: Decision, proposalId: string): Promise<unknown> =>
  servio.rpc(`${decision}_proposal`, { p_proposal_id: proposalId });

export class ArgumentsError extends Error {}

/**
 * Arguments of a tool: one JSON object, or key=value. A value is text where the tool takes text, else JSON (12, true,
 * [{"a": 1}]); a list of texts may be written a,b,c.
 */
export function argumentsOf(words: readonly string[], tool?: ListedTool): Record<string, unknown> {
  const [first = ""] = words;
  if (first.startsWith("{")) return objectOf(words.join(" "));
  const pairs = words.map((word) => {
    const at = word.indexOf("=");
    if (at < 1) throw new ArgumentsError(`${word}: arguments are key=value, or one JSON object`);
    const key = word.slice(0, at);
    return [key, readValue(key, word.slice(at + 1), tool?.input_schema.properties[key]?.type)] as const;
  });
  return Object.fromEntries(pairs);
}

export function objectOf(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ArgumentsError(`arguments: ${(error as Error).message}`);
  }
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
    throw new ArgumentsError("arguments: one JSON object");
  }
  return parsed as Record<string, unknown>;
}

function readValue(key: string, text: string, type: string | undefined): unknown {
  if (type === "string") return text;
  if (type === "array" && !text.startsWith("[")) return text.split(",");
  try {
    return JSON.parse(text);
  } catch {
    if (type === undefined) return text;
    throw new ArgumentsError(`${key}: ${JSON.stringify(text)} is no ${type}`);
  }
}

/** Words of a line, as a shell would cut them: quotes keep spaces, and vanish. */
export function wordsOf(line: string): string[] {
  const at = line.indexOf("{");
  const isJson = at > 0 && /^\s*\S+\s+$/.test(line.slice(0, at));
  if (isJson) return [line.slice(0, at).trim(), line.slice(at).trim()];
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    // JSON in a value keeps its quotes.
    /=[[{]/.test(word) ? word.replace(/^'|'$/g, "") : word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

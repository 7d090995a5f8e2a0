/** A model that goes wrong: what it says turn by turn, how the tools end that it calls, and how the conversation does. */
import type { Risk } from "../../scripts/assistant-test/risks.ts";
import { asks, type Script, says, toolOutputs } from "../../supabase/functions/_shared/openai-server.testing.ts";
import type { Limits } from "../../supabase/functions/assistant/turn.ts";
import type { Role } from "../support/venue.ts";
import type { Asked } from "./asked.ts";
import type { Scene } from "./attack.ts";

export interface ModelAttack {
  readonly risk: Risk;
  readonly title: string;
  readonly by?: Role | "owner";
  readonly limits?: Partial<Limits>;
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  readonly script: (scene: Scene) => Script;
  /** How each tool ended. */
  readonly tools: readonly string[];
  readonly end: string;
  readonly also?: (asked: Asked, scene: Scene) => void;
  /** Proposals wait for a person; nothing else may be new. */
  readonly proposes?: boolean;
}

export const done = says("Done.");
/** What tools have said to it. */
export const outputs = ({ requests }: Asked) => requests.flatMap((request) => toolOutputs(request)).join("\n");

/** One call, and what the tool says to it. */
export const call = (
  risk: Risk,
  title: string,
  name: string,
  args: (scene: Scene) => unknown,
  outcome: string,
  more: Partial<ModelAttack> = {},
): ModelAttack => ({
  risk,
  title,
  script: (scene) => [asks(name, args(scene)), done],
  tools: [`${outcome === "tool_not_found" ? "unknown" : name} ${outcome}`],
  end: "done ok",
  ...more,
});

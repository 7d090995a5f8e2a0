// What the model reads before a question: the venue, what was said earlier as far as there is room, and the question itself,
// which alone stands outside of the marks.
import type OpenAI from "openai";
import { estimateTokens } from "../_shared/model-settings.ts";
import type { Fence } from "./fence.ts";
import { opening } from "./instructions.ts";
import type { Begun } from "./turn-account.ts";

type InputItem = OpenAI.Responses.ResponseInputItem;

export function inputOf(
  fence: Fence,
  message: string,
  known: Partial<Pick<Begun, "venue" | "earlier">> = {},
): InputItem[] {
  const { venue, earlier = [] } = known;
  return [
    { role: "developer", content: opening(fence.nonce) },
    ...(venue ? [{ role: "user" as const, content: fence.data("venue", venue) }] : []),
    ...(earlier.length > 0 ? [{ role: "user" as const, content: fence.data("earlier", earlier) }] : []),
    { role: "user", content: message },
  ];
}

/** The last words, whole, as many as fit. */
export function recent(earlier: Begun["earlier"], mostTokens: number): Begun["earlier"] {
  let left = mostTokens;
  const first = earlier.findLastIndex((one) => {
    left -= estimateTokens(JSON.stringify(one));
    return left < 0;
  });
  return earlier.slice(first + 1);
}

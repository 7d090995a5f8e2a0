/** What every act stands on: the timeline, the way to the stack, the card network, and the names of this run. */
import type { CardNetwork } from "./card-network.ts";
import { type Access, type Person, signUp } from "./person.ts";
import type { Timeline } from "./timeline.ts";

export interface Stage {
  timeline: Timeline;
  access: Access;
  /** The operator's; without one the fees come into the books by the clock. */
  secretKey?: string;
  network: CardNetwork;
  /** Makes every name of this run its own. */
  run: string;
  password: string;
  /** How many times longer than usual to wait for what other parts do. */
  patience?: number;
  /** How to read what a part of the stack wrote. */
  logOf(part: "auth" | "rest" | "functions" | "provider" | "stack" | "postgres"): string;
}

/** example.com is nobody's, by RFC 2606: no letter of a demo ever reaches a person. */
export const addressOf = ({ run }: Stage, name: string) => `${name}-${run}@demo.example.com`;

export const joinStage = (stage: Stage, name: string): Promise<Person> =>
  signUp(name, addressOf(stage, name), stage.password, stage.access);

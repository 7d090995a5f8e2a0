// Identifiers and the moment in which they were made: the only two impure things an object needs at its birth.
// The state machines take a Mint as an argument, which keeps them pure.
import { randomInt } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export interface Mint {
  /** Seconds since the epoch, as Stripe stamps its objects. */
  readonly now: number;
  readonly nowMs: number;
  id(prefix: string, length?: number): string;
}

export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

export const mintAt = (nowMs: number): Mint => ({
  now: Math.floor(nowMs / 1000),
  nowMs,
  id: (prefix, length = 24) => `${prefix}_${randomText(length)}`,
});

/** How a stack is asked for. */
import type { StackError } from "./stack-error.ts";

export interface StackOptions {
  /** Everything that the stack keeps lives here: data, keys, logs, state. */
  dir: string;
  port: number | "auto";
  dbPort: number | "auto";
  /** False only for data that is thrown away: commits no longer wait for the disk. */
  durable: boolean;
  log: (line: string) => void;
  onProgress?: (step: string, ms: number) => void;
  /** Called when the stack had to give up by itself, after everything has been stopped. */
  onGiveUp?: (error: StackError) => void;
  /** How often one part may die in a minute before the stack gives up; default: 5. */
  deathsAllowed?: number;
  functions?: boolean;
  /** Whether a new database gets the seed's history, for people to look at; default: true. */
  history?: boolean;
  /** Whether a copy of the database, as migrations and seed left it, is kept for tests to clone; default: where nothing is durable. */
  template?: boolean;
  /** Default: true when env has no STRIPE_SECRET_KEY. */
  provider?: boolean;
  /** Variables for the functions, like the secrets of a hosted project. */
  env?: Record<string, string>;
  /** The folder that holds supabase/; default: this repository. */
  projectDir?: string;
  /** Ends a start that is under way. */
  signal?: AbortSignal;
}

/**
 * The stack that tests, benchmarks and generators work on. Never a person's own: it is either the one that a test run
 * has started for all its parts (SERVIO_TEST_STACK names its folder), or a disposable one, gone after stop().
 *
 * Nothing of the environment reaches a disposable stack: a Stripe key in somebody's shell must not be charged by tests.
 */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, StackError } from "./stack-error.ts";
import { type Stack, type StackOptions, startStack } from "./start-stack.ts";
import { readState } from "./state.ts";

export const TEST_STACK_VARIABLE = "SERVIO_TEST_STACK";

/** What a test may choose; the folder, the ports and the durability are not up to it. */
export type TestStackOptions = Partial<Omit<StackOptions, "dir" | "port" | "dbPort" | "durable">>;

export async function acquireStack(options: TestStackOptions = {}): Promise<Stack> {
  const shared = process.env[TEST_STACK_VARIABLE];
  if (!shared) return disposableStack(options);
  const state = readState(shared);
  if (!state) throw new StackError(`${TEST_STACK_VARIABLE} names ${shared}, but no stack is running there`);
  return { ...state, stop: async () => {} };
}

async function disposableStack(options: TestStackOptions): Promise<Stack> {
  const dir = mkdtempSync(join(tmpdir(), "servio-test-"));
  chmodSync(dir, 0o755); // the account that runs Postgres has to walk through it
  const remove = () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove); // also when the run is interrupted: the parts die with us, the folder would not
  try {
    const log = (line: string) => console.error(`[stack] ${line}`);
    const onGiveUp = (error: StackError) => log(describe(error));
    const fixed = { dir, port: "auto", dbPort: "auto", durable: false } as const;
    const stack = await startStack({ log, onGiveUp, history: false, ...options, ...fixed });
    const { stop } = stack;
    return Object.assign(stack, { stop: () => stop().then(remove) });
  } catch (error) {
    remove();
    throw error;
  }
}

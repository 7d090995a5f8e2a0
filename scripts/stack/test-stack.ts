/**
 * The stack that tests, benchmarks and generators work on. Never a person's own: it is either the one that a test run
 * has started for all its parts (SERVIO_TEST_STACK names its folder), or a disposable one, gone after stop().
 *
 * Nothing of the environment reaches a disposable stack: a Stripe key in somebody's shell must not be charged by tests.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, StackError } from "./stack-error.ts";
import { type Stack, type StackOptions, startStack } from "./start-stack.ts";
import { readState, type StackState } from "./state.ts";
import { testCertificate } from "./test-certificate.ts";

export const TEST_STACK_VARIABLE = "SERVIO_TEST_STACK";
/** In the stack's folder: what a test's own HTTPS server on 127.0.0.1 shows, and the functions of the stack trust. */
export const RECEIVER_CERT = "receiver-cert.pem";
export const RECEIVER_KEY = "receiver-key.pem";

/** What a test may choose; the folder, the ports and the durability are not up to it. */
export type TestStackOptions = Partial<Omit<StackOptions, "dir" | "port" | "dbPort" | "durable">>;

export async function acquireStack(options: TestStackOptions = {}): Promise<Stack> {
  const shared = process.env[TEST_STACK_VARIABLE];
  if (!shared) return disposableStack(options);
  const state = readState(shared);
  if (!state) throw new StackError(`${TEST_STACK_VARIABLE} names ${shared}, but no stack is running there`);
  return { ...state, stop: async () => {} };
}

/** The database that tests clone. */
export function templateOf({ templateDatabase, dir }: Pick<StackState, "templateDatabase" | "dir">): string {
  if (templateDatabase === null) throw new StackError(`the stack in ${dir} keeps no template: it is no test's`);
  return templateDatabase;
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
    const { cert, key } = testCertificate();
    writeFileSync(join(dir, RECEIVER_CERT), cert);
    writeFileSync(join(dir, RECEIVER_KEY), key, { mode: 0o600 });
    const env = { OUTSIDE_ALLOWED_HOSTS: "127.0.0.1", OUTSIDE_CA_CERTS: cert, ...options.env };
    const stack = await startStack({ log, onGiveUp, history: false, ...options, ...fixed, env });
    const { stop } = stack;
    return Object.assign(stack, { stop: () => stop().then(remove) });
  } catch (error) {
    remove();
    throw error;
  }
}

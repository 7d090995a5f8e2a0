/**
 * One stack for a whole vitest run: started before the first test file, stopped after the last. Test files reach it
 * through acquireStack(); when the run was given a stack from outside, that one is used and left running.
 */
import { acquireStack, TEST_STACK_VARIABLE } from "../scripts/stack/test-stack.ts";

export default async function setup(): Promise<() => Promise<void>> {
  const stack = await acquireStack();
  const given = process.env[TEST_STACK_VARIABLE];
  // Test files run in processes that are started from here and inherit this variable.
  process.env[TEST_STACK_VARIABLE] = stack.dir;
  return async () => {
    if (given === undefined) delete process.env[TEST_STACK_VARIABLE];
    await stack.stop();
  };
}

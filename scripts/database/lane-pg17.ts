/** The lane that runs anywhere: a disposable stack from npm, without functions and payments, or the one of the test run. */
import { databaseUrl } from "../stack/postgres.ts";
import { acquireStack, templateOf } from "../stack/test-stack.ts";
import type { Lane } from "./lane.ts";

export async function openPg17(): Promise<Lane> {
  const stack = await acquireStack({ functions: false, provider: false });
  const port = Number(new URL(stack.dbUrl).port);
  return {
    name: "pg17",
    url: (role, database) => databaseUrl(port, role, database),
    template: templateOf(stack),
    proofs: [],
    stop: () => stack.stop(),
  };
}

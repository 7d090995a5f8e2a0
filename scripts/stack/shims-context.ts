/** What the suites of the shims share: one stack, reached as the role of the migrations and as superuser. */
import type postgres from "postgres";
import type { Stack } from "./start-stack.ts";

export interface ShimDatabase {
  stack: Stack;
  sql: postgres.Sql;
  admin: postgres.Sql;
}

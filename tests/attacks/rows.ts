/** Every row of both houses, as a hash for each table. */
import { expect } from "vitest";
import { apiTables, fingerprint } from "../support/catalog.ts";
import type { Scene } from "./attack.ts";

/** What a conversation itself leaves, and what a worker tries again meanwhile. */
const RESTLESS = /assistant_(calls|conversations|messages)|webhook_deliveries/;

export async function rowsOf({ sql, mine, theirs }: Scene): Promise<() => Promise<Record<string, string>>> {
  const tables = await apiTables(sql);
  return async () => {
    const [own, other] = await Promise.all([mine, theirs].map((house) => fingerprint(sql, house, tables)));
    const theirRows = Object.entries(other ?? {}).map(([table, hash]) => [`their ${table}`, hash] as const);
    return Object.fromEntries([...Object.entries(own ?? {}), ...theirRows].filter(([table]) => !RESTLESS.test(table)));
  };
}

/** The same, but for proposals where one was to be made. */
export function expectUnchanged(after: Record<string, string>, before: Record<string, string>, proposes = false): void {
  if (proposes) expect(after.assistant_proposals).not.toBe(before.assistant_proposals);
  const own = proposes ? { assistant_proposals: before.assistant_proposals ?? "" } : {};
  expect({ ...after, ...own }).toEqual(before);
}

import assert from "node:assert/strict";
import { clockState, latestSeconds, periodOf } from "./clocks.ts";

Deno.test("a schedule's period is known well enough to call it late", () => {
  const periods = {
    "* * * * *": 60,
    "*/5 * * * *": 300,
    "30 seconds": 60,
    "17 * * * *": 3_600,
    "0 */6 * * *": 21_600,
    "15 3 * * *": 86_400,
    "0 4 1 * *": 31 * 86_400,
    "0 4 * * 1": 31 * 86_400,
  };
  for (const [schedule, period] of Object.entries(periods)) assert.equal(periodOf(schedule), period, schedule);
  assert.equal(latestSeconds("* * * * *"), 180);
});

Deno.test("late is later than two periods and a minute; never run is starting until then", () => {
  assert.equal(clockState("* * * * *", 180, 10_000), "ok");
  assert.equal(clockState("* * * * *", 181, 0), "late");
  assert.equal(clockState("* * * * *", null, 180), "starting");
  assert.equal(clockState("* * * * *", null, 181), "late");
  assert.equal(clockState("17 * * * *", null, 7_260), "starting");
  assert.equal(clockState("17 * * * *", 7_261, 0), "late");
});

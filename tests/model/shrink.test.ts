/** The shrinker against failures whose smallest script is known. */
import { expect, test } from "vitest";
import type { Command, Step } from "./commands.ts";
import { shrink } from "./shrink.ts";

const relay = (order: string): Command => ({ do: "cancel", order });
const script = (...orders: string[]): Step[] => orders.map((order) => [relay(order)]);
const names = (steps: readonly Step[]) => steps.flat().map((command) => ("order" in command ? command.order : ""));
const needs =
  (...orders: string[]) =>
  async (steps: readonly Step[]) =>
    orders.every((order) => names(steps).includes(order));

test("what is not needed goes, whatever stands between", async () => {
  const long = script(..."abcdefghijklmnopqrstuvwxyz");
  expect(names((await shrink(long, needs("c", "n", "z"))).script)).toEqual(["c", "n", "z"]);
  expect(names((await shrink(long, needs("z"))).script)).toEqual(["z"]);
});

test("of what went out together only what matters is left", async () => {
  const together: Step[] = [
    [relay("a"), relay("b")],
    [relay("c"), relay("d"), relay("e")],
  ];
  expect(names((await shrink(together, needs("b", "d"))).script)).toEqual(["b", "d"]);
});

test("what fails only when the script is over keeps no last step for that", async () => {
  expect(names((await shrink(script("a", "b", "c", "d"), needs("b"))).script)).toEqual(["b"]);
});

test("what fails only as a whole stays whole, and the number of tries is bounded", async () => {
  const whole = script("a", "b", "c", "d");
  const shrunk = await shrink(whole, needs("a", "b", "c", "d"), { budget: 5 });
  expect(shrunk.script).toEqual(whole);
  expect(shrunk.tries).toBeLessThanOrEqual(5);
});

test("what names other things goes at once, with all that came between", async () => {
  const placing = (id: string, device: string): Step => [
    { do: "place", id, device, mode: "pay_now", tip: 0, lines: [{ item: "cake", quantity: 1 }] },
  ];
  const scanning = (id: string): Step => [{ do: "scan", id, table: 0, session: `session of ${id}` }];
  const others = Array.from({ length: 50 }, (_, index) => placing(`order${index + 2}`, "device2"));
  const long = [scanning("device1"), scanning("device2"), placing("order1", "device1"), ...others, [relay("order1")]];
  const fails = async (steps: readonly Step[]) =>
    names(steps).includes("order1") && JSON.stringify(steps).includes("device1");
  const shrunk = await shrink(long, fails, { budget: 1 });
  expect(shrunk.script).toEqual([scanning("device1"), placing("order1", "device1"), [relay("order1")]]);
});

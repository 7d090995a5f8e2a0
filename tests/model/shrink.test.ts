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

test("what fails only as a whole stays whole, and the number of tries is bounded", async () => {
  const whole = script("a", "b", "c", "d");
  const shrunk = await shrink(whole, needs("a", "b", "c", "d"), { budget: 5 });
  expect(shrunk.script).toEqual(whole);
  expect(shrunk.tries).toBeLessThanOrEqual(5);
});

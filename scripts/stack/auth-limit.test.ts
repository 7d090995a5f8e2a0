import { expect, test } from "vitest";
import { type Attempt, signInLimit } from "./auth-limit.ts";
import { REPOSITORY, readProject } from "./project.ts";

let time = 0;
const limit = (number: number | null) => signInLimit(number, () => time);
const attempt = (path: string, address = "a", method = "POST"): Attempt => ({
  method,
  address,
  url: new URL(`http://stack/auth/v1/${path}`),
});
const PASSWORD = attempt("token?grant_type=password");

test("counts sign-ins and sign-ups together, and refuses what is above the limit", () => {
  const refuses = limit(3);
  expect([PASSWORD, attempt("signup"), PASSWORD, attempt("signup"), PASSWORD].map(refuses)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

test("counts every address by itself", () => {
  const refuses = limit(1);
  expect([PASSWORD, attempt("signup", "b"), PASSWORD].map(refuses)).toEqual([false, false, true]);
});

test("counts anew after five minutes, and not before", () => {
  const refuses = limit(1);
  expect([PASSWORD, PASSWORD].map(refuses)).toEqual([false, true]);
  time += 299_999;
  expect(refuses(PASSWORD)).toBe(true);
  time += 1;
  expect([PASSWORD, PASSWORD].map(refuses)).toEqual([false, true]);
});

test("a grant that nobody names counts, for it may be a password", () => {
  const refuses = limit(1);
  expect([attempt("token"), attempt("token?grant_type=x")].map(refuses)).toEqual([false, true]);
});

test("refreshing, asking who one is and preflights are no attempts", () => {
  const refuses = limit(0);
  const harmless = [
    attempt("token?grant_type=refresh_token"),
    attempt("user", "a", "GET"),
    attempt("logout"),
    attempt("token?grant_type=password", "a", "OPTIONS"),
  ];
  expect(harmless.map(refuses)).toEqual([false, false, false, false]);
  expect(refuses(PASSWORD)).toBe(true);
});

test("no limit refuses nothing", () => {
  const refuses = limit(null);
  expect(Array.from({ length: 100 }, () => refuses(PASSWORD))).not.toContain(true);
});

test("Servio's is ten a minute", () => {
  expect(readProject(REPOSITORY).signInLimit).toBe(10 * 5);
});

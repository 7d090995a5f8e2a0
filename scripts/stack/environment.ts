/**
 * The variables that a person sets: in the process environment, or in .env beside package.json (the process wins).
 * Of the process environment only names that .env.example lists reach the stack; of .env, everything does.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { REPOSITORY } from "./project.ts";
import { StackError } from "./stack-error.ts";

export interface Environment {
  dir: string;
  port: number | "auto";
  dbPort: number | "auto";
  /** What the functions may see. */
  variables: Record<string, string>;
}

export function readEnvironment(processEnv: NodeJS.ProcessEnv = process.env, repository = REPOSITORY): Environment {
  const file = join(repository, ".env");
  const variables: Record<string, string> = {};
  if (existsSync(file)) Object.assign(variables, parseEnv(readFileSync(file, "utf8")));
  for (const name of knownNames()) {
    const value = processEnv[name];
    if (value !== undefined) variables[name] = value;
  }
  for (const [name, value] of Object.entries(variables)) if (value === "") delete variables[name];
  const { STACK_PORT, STACK_DB_PORT, STACK_DIR, ...forFunctions } = variables;
  return {
    dir: resolve(repository, STACK_DIR ?? ".stack"),
    port: port("STACK_PORT", STACK_PORT ?? "54321"),
    dbPort: port("STACK_DB_PORT", STACK_DB_PORT ?? "54322"),
    variables: forFunctions,
  };
}

/** Names in .env.example, whether set there or only shown behind a comment sign. */
function knownNames(): string[] {
  const example = readFileSync(join(REPOSITORY, ".env.example"), "utf8");
  return [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].flatMap(([, name]) => name ?? []);
}

function port(name: string, value: string): number | "auto" {
  if (value === "auto") return value;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new StackError(`${name} is ${JSON.stringify(value)}: it must be a port number, or auto for any free one`);
}

// Reads Stripe's request encoding: form pairs whose keys nest with brackets, `metadata[a]=b`, `expand[]=charge`,
// `line_items[0][price_data][currency]=eur`. Values stay strings; params.ts gives them types.
// Refuses what could only be a mistake or an attack: a key that is both a value and a parent, or very deep nesting.
import { invalid } from "./failure.ts";

export type FormValue = string | FormValue[] | FormObject;
export interface FormObject {
  [key: string]: FormValue;
}

const DEEPEST = 8;

class Branch {
  readonly entries = new Map<string, Branch | string>();
}

function pathOf(key: string): string[] {
  const first = key.indexOf("[");
  if (first === -1) return [key];
  const rest = key.slice(first);
  if (first === 0 || !/^(\[[^[\]]*\])+$/.test(rest)) throw invalid(`Invalid parameter name: ${key}`, { param: key });
  return [key.slice(0, first), ...rest.slice(1, -1).split("][")];
}

function place(root: Branch, key: string, value: string): void {
  const path = pathOf(key);
  if (path.length > DEEPEST) throw invalid(`Invalid parameter name: ${key}`, { param: key });
  let branch = root;
  for (const [depth, segment] of path.entries()) {
    const name = segment === "" ? String(branch.entries.size) : segment;
    const found = branch.entries.get(name);
    if (depth === path.length - 1) {
      if (found instanceof Branch) throw invalid(`Invalid parameter: ${key}`, { param: key });
      branch.entries.set(name, value);
    } else {
      if (typeof found === "string") throw invalid(`Invalid parameter: ${key}`, { param: key });
      const next = found ?? new Branch();
      branch.entries.set(name, next);
      branch = next;
    }
  }
}

function harvest(branch: Branch, isRoot: boolean): FormValue {
  const keys = [...branch.entries.keys()];
  const value = (entry: Branch | string) => (entry instanceof Branch ? harvest(entry, false) : entry);
  if (!isRoot && keys.length > 0 && keys.every((key) => /^\d+$/.test(key))) {
    return [...branch.entries.entries()].sort(([a], [b]) => Number(a) - Number(b)).map(([, entry]) => value(entry));
  }
  const object: FormObject = Object.create(null);
  for (const [key, entry] of branch.entries) object[key] = value(entry);
  return object;
}

export function parseForm(text: string): FormObject {
  const root = new Branch();
  for (const [key, value] of new URLSearchParams(text)) place(root, key, value);
  return harvest(root, true) as FormObject;
}

/** The same parameters in any order give the same text: what an idempotency key is compared by. */
export function canonicalForm(value: FormValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalForm).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalForm(value[key] ?? "")}`).join(",")}}`;
}

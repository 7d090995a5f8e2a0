// Gives the form's strings their types and turns a mismatch into the error body Stripe would send.
// Refuses every parameter the provider does not know, as Stripe refuses what it does not know: a typing mistake in
// Servio's calls, or a feature that the provider lacks, fails here by name and never passes silently.
import { z } from "zod";
import { invalid } from "./failure.ts";
import type { FormObject } from "./form.ts";

/** Reads a rejection of our own making out of a zod issue: the message, and Stripe's code for it. */
const reject = (message: string, code?: string) => ({ message, params: { code } });

export const text = z.string().max(5000);
export const flag = z
  .string()
  .refine((value) => value === "true" || value === "false", {
    error: (issue) => `Invalid boolean: ${String(issue.input)}`,
  })
  .transform((value) => value === "true");

export const integer = z
  .string()
  .superRefine((value, context) => {
    if (!/^-?\d{1,15}$/.test(value)) {
      context.addIssue({ code: "custom", ...reject(`Invalid integer: ${value}`, "parameter_invalid_integer") });
    }
  })
  .transform(Number);

export const positive = integer.superRefine((value, context) => {
  if (value < 1) {
    context.addIssue({
      code: "custom",
      ...reject("This value must be greater than or equal to 1.", "parameter_invalid_integer"),
    });
  }
});

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
export const currency = z
  .string()
  .transform((value) => value.toLowerCase())
  .superRefine((value, context) => {
    if (!CURRENCIES.has(value.toUpperCase()))
      context.addIssue({ code: "custom", ...reject(`Invalid currency: ${value}`) });
  });

export const url = z.string().superRefine((value, context) => {
  const parsed = URL.canParse(value) ? new URL(value) : null;
  if (parsed?.protocol !== "http:" && parsed?.protocol !== "https:") {
    context.addIssue({ code: "custom", ...reject("Not a valid URL", "url_invalid") });
  }
});

/** An empty value removes the key, an empty `metadata` removes them all. */
export const metadata = z.union([
  z.literal("").transform(() => null),
  z.record(z.string().max(40), z.string().max(500)),
]);

/** An empty string unsets a field that may be unset. */
export const unsettable = z
  .string()
  .max(5000)
  .transform((value) => (value === "" ? null : value));

const range = z.union([integer, z.strictObject({ gt: integer, gte: integer, lt: integer, lte: integer }).partial()]);

export const listParams = {
  limit: integer
    .refine((value) => value >= 1 && value <= 100, { error: "Invalid limit: must be between 1 and 100" })
    .default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
  created: range.optional(),
};

const bracketed = (path: readonly PropertyKey[]) =>
  path.map((segment, depth) => (depth === 0 ? String(segment) : `[${String(segment)}]`)).join("");

export function parseParams<S extends z.ZodType>(schema: S, raw: FormObject): z.output<S> {
  const result = schema.safeParse(raw, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  if (!issue) throw invalid("Invalid request");
  if (issue.code === "unrecognized_keys") {
    const param = bracketed([...issue.path, issue.keys[0] ?? ""]);
    throw invalid(`Received unknown parameter: ${param}`, { code: "parameter_unknown", param });
  }
  const param = bracketed(issue.path);
  if (issue.input === undefined && issue.code !== "custom") {
    throw invalid(`Missing required param: ${param}.`, { code: "parameter_missing", param });
  }
  if (issue.code === "invalid_value") {
    throw invalid(`Invalid ${param}: must be one of ${issue.values.join(", ")}`, { param });
  }
  const code = issue.code === "custom" && typeof issue.params?.code === "string" ? { code: issue.params.code } : {};
  throw invalid(issue.message, { ...code, param });
}

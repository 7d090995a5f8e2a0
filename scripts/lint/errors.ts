/** The error contract: registry, function bodies, function comments, and what the edge functions add to it. */
import { using } from "../database/connection.ts";
import { checkErrors } from "../database/errors/check-errors.ts";
import { checkFunctionErrors } from "../database/errors/function-errors.ts";
import { readRegistry } from "../database/errors/raised-codes.ts";
import { withFreshClone } from "../database/fresh-clone.ts";
import { sayFindings } from "./say-findings.ts";

await sayFindings(() =>
  withFreshClone((url) =>
    using(url, async (client) => [...(await checkErrors(client)), ...checkFunctionErrors(await readRegistry(client))]),
  ),
);

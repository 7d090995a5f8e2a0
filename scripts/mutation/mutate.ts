/**
 * Stryker over the functions that the assistant is made of. A mutant counts as noticed when a test fails or no longer ends;
 * one that no test meets counts as missed.
 */

import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { MutantResult } from "@stryker-mutator/api/core";
import { Stryker } from "@stryker-mutator/core";
import { ROOT } from "../stages/run-stage.ts";

const ROOMS = ["supabase/functions/assistant", "supabase/functions/_shared"] as const;
/** What tests are made of, and what is made from the database. */
const NOT_MUTATED = ["*.test.ts", "*testing.ts", "fake-time.ts", "provider-process.ts", "database.types.ts"];
/** All that the tests need, copied. */
const COPIED = ["package.json", "scripts/**", "supabase/functions/**"];

export interface Missed {
  readonly file: string;
  readonly line: number;
  readonly mutator: string;
  readonly replacement: string;
  readonly met: boolean;
}
export interface Room {
  readonly room: string;
  readonly mutants: number;
  readonly noticed: number;
  readonly score: number;
}
export interface File {
  readonly file: string;
  readonly mutants: number;
  readonly noticed: number;
  /** Of those noticed, the ones with which a test had to be stopped. */
  readonly endless: number;
}
export interface Mutated {
  readonly rooms: readonly Room[];
  readonly files: readonly File[];
  readonly missed: readonly Missed[];
}

/** `only`: paths below supabase/functions; none means all. */
export async function mutate(only: readonly string[], concurrency: number, isQuiet: boolean): Promise<Mutated> {
  const chosen =
    only.length > 0 ? only.map((path) => `supabase/functions/${path}`) : ROOMS.map((room) => `${room}/**/*.ts`);
  process.chdir(ROOT);
  const results = await new Stryker({
    mutate: [...chosen, ...NOT_MUTATED.map((name) => `!supabase/functions/**/${name}`)],
    ignorePatterns: ["**", ...COPIED.map((path) => `!${path}`)],
    plugins: ["deno-runner.ts", "progress.ts"].map((file) => join(import.meta.dirname, file)),
    testRunner: "deno",
    coverageAnalysis: "perTest",
    reporters: isQuiet ? [] : ["progress-lines"],
    tempDirName: join(tmpdir(), "servio-stryker"),
    cleanTempDir: "always",
    concurrency,
    timeoutMS: 5_000,
    timeoutFactor: 3,
    allowEmpty: false,
    checkers: [],
    logLevel: (isQuiet ? "off" : "warn") as never,
    warnings: { unknownOptions: true, preprocessorErrors: true, unserializableOptions: true, slow: false },
  }).runMutationTest();
  return summarize(results, only.length === 0);
}

const isNoticed = ({ status }: MutantResult) => status === "Killed" || status === "Timeout";
/** What could not be judged counts as missed, so that nothing drops out of the measure unseen. */
const MISSED: readonly MutantResult["status"][] = ["Survived", "NoCoverage", "RuntimeError"];
const counts = ({ status }: MutantResult) => isNoticed({ status } as MutantResult) || MISSED.includes(status);

/** `isWhole`: every room is to be judged, so that one without mutants has failed. */
export function summarize(results: readonly MutantResult[], isWhole = true): Mutated {
  const mutants = results.filter(counts).map((mutant) => ({ ...mutant, file: relative(ROOT, mutant.fileName) }));
  const rooms = ROOMS.map((room) => {
    const own = mutants.filter(({ file }) => file.startsWith(`${room}/`));
    const noticed = own.filter(isNoticed).length;
    return { room, mutants: own.length, noticed, score: noticed / Math.max(1, own.length) };
  }).filter((room) => isWhole || room.mutants > 0);
  const files = [...new Set(mutants.map(({ file }) => file))].sort().map((file) => {
    const own = mutants.filter((mutant) => mutant.file === file);
    const endless = own.filter(({ status }) => status === "Timeout").length;
    return { file, mutants: own.length, noticed: own.filter(isNoticed).length, endless };
  });
  const missed = mutants
    .filter((mutant) => !isNoticed(mutant))
    .map(({ file, location, mutatorName, replacement, status }) => ({
      file,
      line: location.start.line,
      mutator: mutatorName,
      replacement: replacement ?? "",
      met: status !== "NoCoverage",
    }));
  return { rooms, files, missed };
}

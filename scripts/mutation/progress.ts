/** Says while Stryker works how far it is, and each mutant that was missed as soon as that is known. */
import type { MutantResult } from "@stryker-mutator/api/core";
import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";
import type { MutationTestingPlanReadyEvent, Reporter } from "@stryker-mutator/api/report";

const EVERY_MS = 10_000;
let total = 0;
let judged = 0;
let missed = 0;
let said = 0;

const reporter: Reporter = {
  onMutationTestingPlanReady({ mutantPlans }: MutationTestingPlanReadyEvent) {
    total = mutantPlans.length;
    console.log(`${total} mutants`);
  },
  onMutantTested({ status, fileName, location, mutatorName, replacement = "", statusReason }: Readonly<MutantResult>) {
    judged += 1;
    if (status === "RuntimeError") console.log(`not judged: ${statusReason ?? "for no reason"}`);
    if (status === "Survived" || status === "NoCoverage" || status === "RuntimeError") {
      missed += 1;
      const where = `${fileName.replace(`${process.cwd()}/`, "")}:${location.start.line}`;
      console.log(`${status} ${where} ${mutatorName} → ${replacement.replace(/\s+/g, " ").slice(0, 80)}`);
    }
    if (performance.now() - said < EVERY_MS && judged < total) return;
    said = performance.now();
    console.log(`${judged} of ${total}, ${missed} missed`);
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Reporter, "progress-lines", reporter)];

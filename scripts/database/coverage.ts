/**
 * Branch coverage of the database's functions by the pgTAP suite. What decides about money and access must be covered to
 * nine tenths; the rest is reported. Branches that only a race can take are not covered here, and count as missing.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { colors as pc } from "../colors.ts";
import { describe } from "../stack/stack-error.ts";
import { CRITICAL_TESTS, placeFinder, REQUIRED_SHARE } from "./branches/domains.ts";
import { branchOf, instrumentDatabase, type MeasuredFunction } from "./branches/measure.ts";
import { openPg17 } from "./lane-pg17.ts";
import { findTestFiles, runTestFiles } from "./run-test-files.ts";
import { describeFile } from "./test-report.ts";

const HELP = `npm run coverage -- [options]
  --critical   only what decides about money and access, by the tests that are about it
  --missing    name the branches that no test takes
  --json       one JSON object instead of lines`;

interface DomainCoverage {
  domain: string;
  isCritical: boolean;
  taken: number;
  branches: number;
  missing: string[];
}

async function measure(onlyCritical: boolean): Promise<{ coverage: DomainCoverage[]; broken: string[] }> {
  const lane = await openPg17();
  const placeOf = placeFinder();
  const isWanted = (name: string, body: string) => !onlyCritical || placeOf(name, body).isCritical;
  try {
    const taken = new Set<number>();
    let functions: MeasuredFunction[] = [];
    const results = await runTestFiles(lane, findTestFiles(onlyCritical ? CRITICAL_TESTS : []), {
      jobs: availableParallelism(),
      prepare: async (client) => {
        functions = await instrumentDatabase(client, isWanted);
      },
      onNotice: (notice) => {
        const id = branchOf(notice);
        if (id !== null) taken.add(id);
      },
    });
    return {
      coverage: summarize(functions, taken, placeOf),
      broken: results.filter(({ ok }) => !ok).map(describeFile),
    };
  } finally {
    await lane.stop();
  }
}

function summarize(
  functions: readonly MeasuredFunction[],
  taken: ReadonlySet<number>,
  placeOf: ReturnType<typeof placeFinder>,
): DomainCoverage[] {
  const domains = new Map<string, DomainCoverage>();
  for (const { name, body, branches } of functions) {
    const { domain, isCritical, file, lineOf } = placeOf(name, body);
    const sum = domains.get(domain) ?? { domain, isCritical, taken: 0, branches: 0, missing: [] };
    domains.set(domain, sum);
    for (const { id, offset, kind } of branches) {
      sum.branches++;
      if (taken.has(id)) sum.taken++;
      else sum.missing.push(`${file}:${lineOf(offset)} ${name}: ${kind}`);
    }
  }
  return [...domains.values()]
    .filter(({ branches }) => branches > 0)
    .sort((a, b) => Number(b.isCritical) - Number(a.isCritical));
}

const isEnough = ({ isCritical, taken, branches }: DomainCoverage) => !isCritical || taken / branches >= REQUIRED_SHARE;

function describeDomain(sum: DomainCoverage, showMissing: boolean): string {
  const { domain, isCritical, taken, branches, missing } = sum;
  const share = `${((100 * taken) / branches).toFixed(1).padStart(5)} %`;
  const mark = isEnough(sum) ? (isCritical ? pc.green("✓") : " ") : pc.red("✗");
  const rule = isCritical ? `  at least ${REQUIRED_SHARE * 100} %` : "";
  const head = `${mark} ${domain.padEnd(12)} ${share}  ${String(taken).padStart(3)} of ${branches} branches${pc.dim(rule)}`;
  return [head, ...(showMissing ? missing.map((line) => `    never taken: ${line}`) : [])].join("\n");
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      critical: { type: "boolean", default: false },
      missing: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { coverage, broken } = await measure(values.critical);
  const failed = coverage.filter((sum) => !isEnough(sum)).length + broken.length;
  if (values.json) console.log(JSON.stringify({ ok: failed === 0, coverage, broken }, null, 2));
  else {
    for (const file of broken) console.log(file);
    for (const sum of coverage) console.log(describeDomain(sum, values.missing || !isEnough(sum)));
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(describe(error));
  return 1;
});

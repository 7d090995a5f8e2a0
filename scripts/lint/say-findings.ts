/** How a check of ours ends: silently, or with one line for each thing to mend. */
import { describe } from "../stack/stack-error.ts";

export async function sayFindings(look: () => Promise<string[]>): Promise<void> {
  try {
    const findings = await look();
    for (const finding of findings) console.error(finding);
    process.exitCode = findings.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  }
}

/** `status`: where the stack is, with which keys, and how each part is. Exit code 1 when it is not running or not well. */
import { colors as pc } from "../colors.ts";
import { readEnvironment } from "./environment.ts";
import { healthOf } from "./health.ts";
import { tailOf } from "./logs.ts";
import { describeStack, voice } from "./output.ts";
import { readState } from "./state.ts";

export async function status({ json }: { json: boolean }): Promise<number> {
  const { dir } = readEnvironment();
  const state = readState(dir);
  if (!state) {
    const [lastWords] = tailOf(dir, "stack", 1);
    voice.line(json ? JSON.stringify({ running: false, dir }) : `Servio is not running (${dir}).`);
    if (lastWords && !json) voice.line(pc.dim(`  its log ends with: ${lastWords}`));
    return 1;
  }
  const parts = await healthOf(state);
  const well = parts.every((part) => part.ok);
  if (json) {
    voice.line(JSON.stringify({ running: true, well, ...state, parts }, null, 2));
    return well ? 0 : 1;
  }
  const since = new Date(state.startedAt).toLocaleString();
  voice.line(`Servio is running since ${since}.\n${describeStack(state)}\n`);
  for (const { name, ok, ms, pid } of parts) {
    voice.line(
      `  ${ok ? pc.green("●") : pc.red("●")} ${name.padEnd(10)} ${pc.dim(`pid ${pid}, ${ms} ms`)}${ok ? "" : "  does not answer"}`,
    );
  }
  return well ? 0 : 1;
}

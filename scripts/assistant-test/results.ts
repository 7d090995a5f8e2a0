/** What three kinds of runners have written down, as one list: where a test stands, what it says, and whether it held. */
export interface Result {
  readonly file: string;
  /** With what it stands under. */
  readonly name: string;
  readonly ok: boolean;
  /** One file of pgTAP is one result of many assertions. */
  readonly passed: number;
  readonly failed: number;
}

const one = (file: string, name: string, ok: boolean): Result => ({
  file,
  name,
  ok,
  passed: Number(ok),
  failed: Number(!ok),
});

const TEXT: Readonly<Record<string, string>> = { "&apos;": "'", "&quot;": '"', "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const plain = (text: string) => text.replace(/&(apos|quot|lt|gt|amp);/g, (entity) => TEXT[entity] ?? entity);

/** `deno test --junit-path`. */
export function readJunit(xml: string): Result[] {
  const cases = xml.matchAll(/<testcase name="([^"]*)" classname="([^"]*)"[^>]*?(\/>|>([\s\S]*?)<\/testcase>)/g);
  return [...cases]
    .filter(([, , , , body = ""]) => !body.includes("<skipped"))
    .map(([, name = "", file = "", , body = ""]) =>
      one(file.replace(/^\.\//, ""), plain(name), !/<(failure|error)/.test(body)),
    );
}

interface VitestReport {
  testResults: { name: string; assertionResults: { ancestorTitles: string[]; title: string; status: string }[] }[];
}

/** `vitest run --reporter=json`. */
export function readVitest(json: string, root: string): Result[] {
  const { testResults } = JSON.parse(json) as VitestReport;
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) =>
      one(name.replace(`${root}/`, ""), [...ancestorTitles, title].join(" > "), status === "passed"),
    ),
  );
}

interface DatabaseReport {
  files: { file: string; ok: boolean; tap: { passed: number; planned: number } }[];
}

/** `npm run test:db -- --json`. */
export function readDatabase(json: string): Result[] {
  const { files } = JSON.parse(json) as DatabaseReport;
  return files.map(({ file, ok, tap: { passed, planned } }) => ({
    file,
    name: file,
    ok,
    passed,
    failed: ok ? 0 : Math.max(1, planned - passed),
  }));
}

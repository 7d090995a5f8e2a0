import { defineConfig } from "vitest/config";

// One project per kind of test; each that needs a stack gets it from tests/global-stack.ts.
const project = (name: string, include: string[], globalSetup: string[]) => ({
  // Two files at a time: most of a test waits for a stack, and a small machine has two cores.
  test: {
    name,
    include,
    maxWorkers: 2,
    globalSetup,
    testTimeout: 180_000, // a bound for a busy machine, not an expectation
    hookTimeout: 180_000,
    environment: "node" as const,
  },
});

export default defineConfig({
  test: {
    passWithNoTests: false,
    projects: [
      project("http", ["tests/**/*.test.ts"], ["tests/global-stack.ts"]),
      project("races", ["supabase/tests/**/*.race.ts"], ["tests/global-stack.ts"]),
      project("stack", ["scripts/**/*.test.ts"], []),
    ],
  },
});

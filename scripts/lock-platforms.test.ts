/** What the lock lacks is found, and told apart from what it has. */
import { expect, test } from "vitest";
import { missingPlatforms } from "./lock-platforms.ts";

test("an optional package that the lock does not hold is described by its name", () => {
  const tool = {
    optionalDependencies: {
      "@tool/linux-x64": "1.0.0",
      "@tool/darwin-arm64": "v1.0.0",
      "@tool/linux-arm64-musl": "^1.2.0",
    },
  };
  expect(missingPlatforms({ "node_modules/tool": tool, "node_modules/@tool/linux-x64": { version: "1.0.0" } })).toEqual(
    {
      "node_modules/@tool/darwin-arm64": { version: "1.0.0", optional: true, os: ["darwin"], cpu: ["arm64"] },
      "node_modules/@tool/linux-arm64-musl": {
        version: "1.2.0",
        optional: true,
        os: ["linux"],
        cpu: ["arm64"],
        libc: ["musl"],
      },
    },
  );
});

test("one that lies inside of its owner is not missing", () => {
  const packages = {
    "node_modules/tool": { optionalDependencies: { part: "1.0.0" } },
    "node_modules/tool/node_modules/part": {},
  };
  expect(missingPlatforms(packages)).toEqual({});
});

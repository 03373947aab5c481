import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    reporters: ["verbose", "./test/support/closing-reporter.ts"],
    // By default one processor stays idle; the CLI tests wait for children most of the time.
    maxWorkers: 2,
    // A sweep takes half a minute on an idle machine; on a busy one it shall be slow, not wrong.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});

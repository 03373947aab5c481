import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    reporters: ["verbose", "./test/support/closing-reporter.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});

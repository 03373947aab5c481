import type { Reporter, TestModule } from "vitest/node";

/** Closes a run with one line that people and scripts find: `N passed, N failed, N skipped`. */
class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    // A file that could not be loaded, or an error outside of any test, has no test to count.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    const failed = counts.failed + counts.pending + broken;
    process.stdout.write(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
  }
}

// oxlint-disable-next-line import/no-default-export -- vitest loads reporters by their default export
export default ClosingReporter;

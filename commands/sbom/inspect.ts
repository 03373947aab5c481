import { string as argument } from "@oclif/core/args";
import { inspectBinaryFile } from "../../src/flows/inspect-binary.ts";
import { binaryDocument, binaryLines } from "../../src/report/binary.ts";
import { CavraCommand } from "../base-command.ts";

export default class Inspect extends CavraCommand {
  static override summary = "Show what an executable says of itself: target, toolchain, settings, modules.";
  static override description =
    "Reads ELF, Mach-O (each slice of a fat file), PE, XCOFF, Plan 9 and WebAssembly without a Go toolchain, and says what is odd: copies of the module list that differ, a packed file, paths of the build machine. Proves nothing about who made it. Exits 0 when the executable could be read, also one that is not Go, and 3 when it could not.";
  static override examples = [
    { description: "a program", command: "<%= config.bin %> <%= command.id %> bin/cavra-runtime" },
    { description: "for machines", command: "<%= config.bin %> <%= command.id %> bin/cavra-runtime --json" },
  ];
  static override args = {
    binary: argument({ description: "the executable", required: true }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Inspect);
    const inspection = inspectBinaryFile(args.binary);
    return this.open(flags).result(binaryDocument(inspection), binaryLines(inspection));
  }
}

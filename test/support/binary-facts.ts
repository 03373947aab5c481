import type { BinaryFacts } from "../../src/model/binary.ts";

/** Facts of a plain static ELF program without a trace of its build, with what a test says of it instead. */
export function binaryFacts(facts: Partial<BinaryFacts> = {}): BinaryFacts {
  return {
    format: "elf",
    arch: "amd64",
    dynamic: false,
    linkage: { interpreter: null, libraries: [] },
    hardening: { positionIndependent: false, nonExecutableData: true, relro: "none" },
    traces: { buildIds: [], symbolTable: false, debugInfo: false, sourcePaths: [], packer: null },
    ...facts,
  };
}

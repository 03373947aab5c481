import { string as argument } from "@oclif/core/args";
import { showTrust } from "../../src/flows/trust-root.ts";
import { timeOf } from "../../src/flows/verify-policy.ts";
import { emptyLine, type Line } from "../../src/report/span.ts";
import { trustRootLines } from "../../src/report/trust-root.ts";
import { qrLines } from "../../src/report/qr-code.ts";
import { Failure } from "../../src/model/failure.ts";
import { CavraCommand, toggle } from "../base-command.ts";

export default class Show extends CavraCommand {
  static override summary = "Show what you trust: the pinned roots, or one file.";
  static override examples = [
    { description: "what is pinned on this machine", command: "<%= config.bin %> <%= command.id %>" },
    {
      description: "a file, before you pin it",
      command: "<%= config.bin %> <%= command.id %> trust-root.json",
    },
  ];
  static override args = { file: argument({ description: "a trust root or a draft", required: false }) };

  static override flags = {
    qr: toggle({ summary: "Draw the pin as a QR code too.", exclusive: ["ascii"] }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Show);
    const roots = await showTrust(args.file, timeOf(undefined));
    const output = this.open(flags);
    if (flags.qr && output.terminal.stdoutStyle.ascii && !flags.json)
      throw new Failure("usage", "a QR code needs a terminal that shows more than ASCII");
    const lines: Line[] = [];
    for (const { root, facts } of roots) {
      if (lines.length > 0) lines.push(emptyLine);
      lines.push(...trustRootLines(root, facts));
      if (flags.qr && facts !== null) lines.push(...(await qrLines(facts.payloadSha256)));
    }
    return output.result({ schema: "cavra.trust/1", roots }, lines);
  }
}

import { line, row, span, type Line } from "./span.ts";

interface KitFile {
  readonly name: string;
  readonly sha256: string;
}

/** What was put into a kit, and how it travels. */
export function trustKitLines(
  folder: string,
  rootVersion: number,
  payloadSha256: string,
  files: readonly KitFile[],
): readonly Line[] {
  return [
    line([span("exported ", "good"), folder, `, trust root ${rootVersion}`]),
    row("pin", payloadSha256),
    ...files.map(({ name }, index) => row(index === 0 ? "files" : "", name)),
    line(
      [
        span("next: ", "strong"),
        "give the folder to operators once, apart from any release, and the pin by yet another way",
      ],
      0,
      6,
    ),
  ];
}

import { MAX_PATH_BYTES, MAX_PATH_DEPTH } from "../model/limits.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Why a name may not be there: the problem by its id, and the rule in words that hold no character of the name. */
export interface NameDefect {
  readonly problem: string;
  /** Lower case, no final stop. */
  readonly reason: string;
}

/**
 * `package`: the names that trust-spec section 7 allows. `readable`: every name that all systems and tools read alike,
 * which the profile `strict` allows.
 */
export type NameRule = "package" | "readable";

/** trust-spec section 7: no `.` or `..`, no trailing dot, no leading `-`, at most 100 characters. */
const PACKAGE_SEGMENT = /^(?!-)[A-Za-z0-9._+-]{0,99}[A-Za-z0-9_+-]$/;
const MAX_SEGMENT_CHARACTERS = 100;

/** Names that Windows gives to devices, in any case and with any extension. */
const DEVICE_STEM = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])$/i;
/** What Windows makes of a long name for old programs; it opens the long one too. */
const SHORT_NAME = /~[0-9]/;
/** Side files of macOS; its own tools merge the first two kinds into the file beside them. */
const PLATFORM_FILE = /^(?:__MACOSX|\.DS_Store|\._.*)$/i;
/** Windows refuses them; some tools replace them by another character, each by its own. */
const NOT_ON_WINDOWS = /[*?"<>|]/;
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// oxlint-disable-next-line no-control-regex -- all of ASCII
const NOT_ASCII = /[^\u0000-\u007f]/;
/** Bidirectional controls, zero-width and other characters that nobody sees. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u;

/** The first defect of a path with `/` between its segments; undefined when it has none. Names are never repaired. */
export function nameDefect(path: string, rule: NameRule = "package"): NameDefect | undefined {
  if (path.length === 0) return defect("container.name-empty", "a name may not be empty");
  // One UTF-16 unit is at least one byte; whatever is not ASCII is refused below.
  if (path.length > MAX_PATH_BYTES) {
    const reason = `a path may have at most ${MAX_PATH_BYTES} bytes, and this one has ${path.length}`;
    return defect("container.path-length", reason);
  }
  const segments = path.split("/");
  if (segments.length > MAX_PATH_DEPTH) {
    const reason = `a path may have at most ${MAX_PATH_DEPTH} segments, and this one has ${segments.length}`;
    return defect("container.path-depth", reason);
  }
  const whole = characterDefect(path);
  if (whole !== undefined) return whole;
  for (const segment of segments) {
    const found = segmentDefect(segment, rule);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** As nameDefect, for the name of a zip entry: one character a byte. */
export function nameDefectOfBytes(name: string, rule: NameRule): NameDefect | undefined {
  if (!NOT_ASCII.test(name)) return nameDefect(name, rule);
  const text = decodeUtf8(Buffer.from(name, "latin1"));
  return text === undefined ? defect("container.name-not-utf8", "a name is UTF-8") : nameDefect(text, rule);
}

function characterDefect(path: string): NameDefect | undefined {
  if (CONTROL.test(path))
    return defect("container.name-control", "a name may not contain control characters");
  if (path.includes("\\")) return defect("container.name-backslash", "a name may not contain a backslash");
  if (path.includes(":")) return defect("container.name-colon", "a name may not contain a colon");
  if (path.startsWith("/")) return defect("container.name-absolute", "a path may not begin with /");
  return NOT_ASCII.test(path) ? otherAlphabetDefect(path) : undefined;
}

/** Nothing but ASCII is allowed; the reason that is named is the worst that other tools make of the name. */
function otherAlphabetDefect(path: string): NameDefect {
  if (INVISIBLE.test(path)) {
    return defect(
      "container.name-invisible",
      "a name may not contain characters that cannot be seen or that reorder it",
    );
  }
  if (path.normalize("NFC") !== path)
    return defect("container.name-not-normal", "a name has one Unicode form, NFC");
  if (path.normalize("NFKC") !== path) {
    return defect(
      "container.name-compatible",
      "a name may not contain twins of other characters, such as full-width ones",
    );
  }
  const [lower, upper] = [path.toLowerCase(), path.toUpperCase()];
  if (upper.toLowerCase() !== lower || lower.toUpperCase() !== upper) {
    return defect(
      "container.name-case-fold",
      "a name may not contain letters whose case depends on the system",
    );
  }
  return defect("container.name-not-ascii", "a name consists of ASCII characters");
}

function segmentDefect(segment: string, rule: NameRule): NameDefect | undefined {
  if (segment === "") {
    return defect(
      "container.name-empty-segment",
      "a path has one / between its segments and none at its end",
    );
  }
  if (/^\.+$/.test(segment)) {
    return defect("container.name-dot-segment", "a path may not contain a segment of dots alone");
  }
  // Info-ZIP takes it for a VMS version and drops it.
  if (/;[0-9]*$/.test(segment)) {
    return defect("container.name-trailing", "a segment does not end with a semicolon and digits");
  }
  if (/^ |[. ]$/.test(segment)) {
    return defect(
      "container.name-trailing",
      "a segment does not end with a dot and has no blank at its ends",
    );
  }
  const stem = segment.split(".", 1)[0]?.trimEnd() ?? "";
  if (DEVICE_STEM.test(stem))
    return defect("container.name-device", "a segment may not be the name of a Windows device");
  if (SHORT_NAME.test(segment))
    return defect("container.name-short", "a segment may not look like a Windows short name");
  if (PLATFORM_FILE.test(segment)) {
    return defect("container.name-platform", "a segment may not be the name of a side file of macOS");
  }
  return rule === "package" ? packageSegmentDefect(segment) : readableSegmentDefect(segment);
}

function readableSegmentDefect(segment: string): NameDefect | undefined {
  return NOT_ON_WINDOWS.test(segment)
    ? defect("container.name-character", 'a segment may not contain any of * ? " < > |')
    : undefined;
}

function packageSegmentDefect(segment: string): NameDefect | undefined {
  if (segment.length > MAX_SEGMENT_CHARACTERS) {
    return defect("container.segment-length", `a segment has at most ${MAX_SEGMENT_CHARACTERS} characters`);
  }
  if (segment.startsWith("-")) return defect("container.name-option", "a segment does not begin with -");
  return PACKAGE_SEGMENT.test(segment)
    ? undefined
    : defect("container.name-character", "a segment consists of the characters A-Z a-z 0-9 . _ + -");
}

function defect(problem: string, reason: string): NameDefect {
  return { problem, reason };
}

import { execFileSync } from "node:child_process";

const LIST_SCRIPT = `
import sys, json, zipfile, hashlib
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.external_attr >> 16, i.compress_type, list(i.date_time), hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))
`;

const DEFLATE_SCRIPT = `
import sys, zlib
c = zlib.compressobj(6, zlib.DEFLATED, -15, 8)
data = sys.stdin.buffer.read()
sys.stdout.buffer.write(c.compress(data) + c.flush())
`;

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What programs print when they are asked for nothing in particular. */
const ODD_QUESTIONS: Readonly<Record<string, string>> = { unzip: "-v", zip: "-v", "7z": "i", go: "version" };

export function hasProgram(program: string): boolean {
  try {
    execFileSync(program, [ODD_QUESTIONS[program] ?? "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Name, mode with file type, method, time and SHA-256 of each entry, as Python's zipfile reads them. */
export function pythonListing(
  path: string,
): readonly (readonly [string, number, number, readonly number[], string])[] {
  return JSON.parse(
    execFileSync("python3", ["-c", LIST_SCRIPT, path], { encoding: "utf8", maxBuffer: MAX_OUTPUT_BYTES }),
  ) as ReturnType<typeof pythonListing>;
}

/** Raw deflate by Python's zlib, level 6, window 15, memLevel 8. */
export function pythonDeflate(bytes: Uint8Array): Buffer {
  return execFileSync("python3", ["-c", DEFLATE_SCRIPT], { input: bytes, maxBuffer: MAX_OUTPUT_BYTES });
}

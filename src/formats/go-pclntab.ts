/** Function tables of the Go linker since 1.16 (internal/abi, SymTab): the magic and the words of the header after it. */
const VERSIONS: readonly { readonly magic: number; readonly nameWord: number }[] = [
  { magic: 0xfffffff1, nameWord: 3 }, // Go 1.20
  { magic: 0xfffffff0, nameWord: 3 }, // Go 1.18
  { magic: 0xfffffffa, nameWord: 2 }, // Go 1.16
];
const HEADER_START_BYTES = 8;
const MAX_FUNCTIONS = 4_000_000;
const MAX_NAME_BYTES = 64 * 1024;

export interface GoFunction {
  /** Import path of its package, for example `golang.org/x/net/http2`. */
  readonly package: string;
  /** As the Go vulnerability database writes it: `Server.ServeConn`, `Parse`. */
  readonly symbol: string;
}

/**
 * Every function that a Go program has in its function table, by package. A function that the compiler put into all of
 * its callers is in the names as well, as long as one caller reports it in a stack trace. undefined: no table of a known
 * version was found, so nothing can be said. Never throws; linear in the file.
 */
export function goFunctions(bytes: Uint8Array): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const littleEndian of [true, false]) {
    for (const { magic, nameWord } of VERSIONS) {
      const names = findNames(file, littleEndian, magic, nameWord);
      if (names !== undefined) return groupNames(names);
    }
  }
  return undefined;
}

function findNames(file: Buffer, littleEndian: boolean, magic: number, nameWord: number): Buffer | undefined {
  const mark = Buffer.alloc(6);
  if (littleEndian) mark.writeUInt32LE(magic);
  else mark.writeUInt32BE(magic);
  for (let at = file.indexOf(mark); at !== -1; at = file.indexOf(mark, at + 1)) {
    const names = namesAt(file.subarray(at), littleEndian, nameWord);
    if (names !== undefined) return names;
  }
  return undefined;
}

/** The name table ends where the next table of the header begins. */
function namesAt(table: Buffer, littleEndian: boolean, nameWord: number): Buffer | undefined {
  const quantum = table[6];
  const pointerBytes = table[7];
  if (quantum !== 1 && quantum !== 2 && quantum !== 4) return undefined;
  if (pointerBytes !== 4 && pointerBytes !== 8) return undefined;
  const word = (index: number): number => {
    const at = HEADER_START_BYTES + index * pointerBytes;
    if (at + pointerBytes > table.length) return Number.NaN;
    if (pointerBytes === 4) return littleEndian ? table.readUInt32LE(at) : table.readUInt32BE(at);
    return Number(littleEndian ? table.readBigUInt64LE(at) : table.readBigUInt64BE(at));
  };
  const [functions, start, end] = [word(0), word(nameWord), word(nameWord + 1)];
  if (functions === undefined || start === undefined || end === undefined) return undefined;
  if (!(functions > 0 && functions <= MAX_FUNCTIONS && start > 0 && start < end && end <= table.length)) {
    return undefined;
  }
  return table.subarray(start, end);
}

function groupNames(names: Buffer): ReadonlyMap<string, ReadonlySet<string>> {
  const packages = new Map<string, Set<string>>();
  for (let at = 0; at < names.length;) {
    const end = names.indexOf(0, at);
    const stop = end === -1 ? names.length : end;
    if (stop > at && stop - at <= MAX_NAME_BYTES) {
      const found = splitFunctionName(names.toString("utf8", at, stop));
      const symbols = packages.get(found.package);
      if (symbols === undefined) packages.set(found.package, new Set([found.symbol]));
      else symbols.add(found.symbol);
    }
    at = stop + 1;
  }
  return packages;
}

const ESCAPE = /%([0-9a-f]{2})/g;

/** `golang.org/x/net/http2.(*Server).ServeConn.func1` is in `golang.org/x/net/http2`, symbol `Server.ServeConn`. */
export function splitFunctionName(name: string): GoFunction {
  const plain = withoutTypeArguments(name);
  const dot = plain.indexOf(".", plain.lastIndexOf("/") + 1);
  if (dot === -1) return { package: "", symbol: plain };
  // The linker escapes the full stops of the last path element (cmd/internal/objabi, PathToPrefix).
  const path = plain
    .slice(0, dot)
    .replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const symbol = plain
    .slice(dot + 1)
    .replace(/^\(\*?([^)]*)\)/, "$1")
    .replace(/(?:[.-](?:func|fm|gowrap|deferwrap)[0-9.]*)+$/, "");
  return { package: path, symbol };
}

/** Drops `[...]`, which may hold brackets of its own: `SortFunc[go.shape.[]int]`. */
function withoutTypeArguments(name: string): string {
  if (!name.includes("[")) return name;
  let depth = 0;
  let plain = "";
  for (const character of name) {
    if (character === "[") depth += 1;
    else if (character === "]") depth -= 1;
    else if (depth === 0) plain += character;
  }
  return plain;
}

import {
  appendFileSync,
  closeSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";

/** What somebody with write access to the medium does to a file while it is verified. */
export interface Attack {
  readonly name: string;
  /** @param evil Other bytes, which are as long as the good ones and make sense in their place. */
  readonly run: (path: string, evil: Uint8Array) => void;
}

export const ATTACKS: readonly Attack[] = [
  {
    name: "another file takes its place",
    run: (path, evil) => {
      writeFileSync(`${path}.next`, evil);
      renameSync(`${path}.next`, path);
    },
  },
  {
    name: "a link takes its place",
    run: (path, evil) => {
      writeFileSync(`${path}.other`, evil);
      symlinkSync(`${path}.other`, `${path}.next`);
      renameSync(`${path}.next`, path);
    },
  },
  { name: "it is written over", run: writeOver },
  {
    name: "it is written over, and its time is set back",
    run: (path, evil) => {
      const { atime, mtime } = statSync(path);
      writeOver(path, evil);
      utimesSync(path, atime, mtime);
    },
  },
  { name: "it loses its end", run: (path, evil) => truncateSync(path, evil.byteLength >> 1) },
  { name: "it becomes empty", run: (path) => truncateSync(path, 0) },
  { name: "it grows", run: (path, evil) => appendFileSync(path, evil.subarray(0, 100)) },
  { name: "it vanishes", run: (path) => rmSync(path, { force: true }) },
];

/** In place: the inode stays. */
function writeOver(path: string, evil: Uint8Array): void {
  const descriptor = openSync(path, "r+");
  try {
    writeSync(descriptor, evil, 0, evil.byteLength, 0);
  } finally {
    closeSync(descriptor);
  }
}

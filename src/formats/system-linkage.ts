import type { Linkage } from "../model/binary.ts";

/** What every program of a platform loads, because the platform has no stable interface below it. */
interface SystemLinkage {
  readonly interpreter: RegExp;
  readonly library: RegExp;
}

const NOTHING: SystemLinkage = { interpreter: /^(?!)/, library: /^(?!)/ };
const APPLE: SystemLinkage = {
  interpreter: /^\/usr\/lib\/dyld$/,
  library: /^\/(?:usr\/lib|System\/Library)\/(?!.*(?:^|\/)\.\.?(?:\/|$))/,
};
const SOLARIS: SystemLinkage = {
  interpreter: /^\/(?:usr\/)?lib\/(?:amd64|64|sparcv9)\/ld\.so\.1$/,
  library: /^lib(?:c|socket|nsl|sendfile|resolv|rt|pthread|xnet)\.so(?:\.1)?$/,
};

/** What pure Go programs load there; other systems have stable system calls, and Go needs nothing of them. */
const SYSTEMS: ReadonlyMap<string, SystemLinkage> = new Map([
  ["aix", { interpreter: NOTHING.interpreter, library: /^lib(?:c|pthread|perfstat)\.a$/ }],
  ["android", { interpreter: /^\/system\/bin\/linker(?:64)?$/, library: /^lib(?:c|dl|m|log)\.so$/ }],
  ["darwin", APPLE],
  ["illumos", SOLARIS],
  ["ios", APPLE],
  ["openbsd", { interpreter: /^\/usr\/libexec\/ld\.so$/, library: /^lib(?:c|pthread)\.so(?:\.[\d.]+)?$/ }],
  ["solaris", SOLARIS],
  ["windows", { interpreter: NOTHING.interpreter, library: /^kernel32\.dll$/i }],
]);

/** An interpreter or a library is named that not every program of the system loads; `@rpath` is never the system. */
export function reachesBeyondSystem({ interpreter, libraries }: Linkage, os: string | undefined): boolean {
  const system = SYSTEMS.get(os ?? "") ?? NOTHING;
  return (
    (interpreter !== null && !system.interpreter.test(interpreter)) ||
    libraries.some((library) => !system.library.test(library))
  );
}

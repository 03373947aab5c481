/** A platform that a binary is built for, in Go's words: GOOS, GOARCH and the micro-architecture variant. */
export interface Target {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
}

const TARGET_ID = /^([a-z0-9]+)\/([a-z0-9]+)$/;

/** `linux/amd64`: the one spelling of a target in configs, manifests and findings. */
export function targetId(target: Target): string {
  return `${target.os}/${target.arch}`;
}

/** Reads `os/arch`; undefined when the text is anything else. */
export function parseTargetId(text: string): Target | undefined {
  const match = TARGET_ID.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { os: match[1], arch: match[2] };
}

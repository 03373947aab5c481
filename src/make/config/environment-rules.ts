/**
 * Variables that a child may see because it could not run or reach the network without them. They do not change the
 * bytes of an output and are never recorded: their values are paths of this machine, or secrets.
 */
export const PASSED_VARIABLES: readonly string[] = [
  "PATH",
  "HOME",
  "TMPDIR",
  // Without these Windows programs do not start.
  "SystemRoot",
  "SYSTEMROOT",
  "TEMP",
  "TMP",
  "USERPROFILE",
  "LOCALAPPDATA",
  "APPDATA",
  "PATHEXT",
];

/** Where Go keeps its caches, and how it reaches modules. Not recorded, for the same reasons. */
export const PASSED_GO_VARIABLES: readonly string[] = [
  "GOCACHE",
  "GOMODCACHE",
  "GOPATH",
  "GOPROXY",
  "GOSUMDB",
  "GONOPROXY",
  "GONOSUMDB",
  "GOPRIVATE",
  "GOINSECURE",
  "GOVCS",
  "GOAUTH",
];

export const PASSED_NETWORK_VARIABLES: readonly string[] = [
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "SSH_AUTH_SOCK",
  "NETRC",
];

/** What `go.env` of a build may set: everything else about a Go build is a key of its own or fixed. */
export const GO_VARIABLES: readonly string[] = ["GODEBUG", "GOFIPS140"];

export const FIXED_GO_VARIABLES: readonly string[] = [
  "CGO_ENABLED",
  "GO111MODULE",
  "GOARCH",
  "GOENV",
  "GOEXPERIMENT",
  "GOFLAGS",
  "GOOS",
  "GOTOOLCHAIN",
  "GOWORK",
  "SOURCE_DATE_EPOCH",
  ...PASSED_VARIABLES,
  ...PASSED_GO_VARIABLES,
];

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** With which code could speak to others, or have another process do it. */
export const NETWORK_MODULE =
  /^(?:node:)?(?:http|https|http2|net|tls|dgram|dns|dns\/promises|inspector|child_process|cluster|undici)$/;

export interface ImportFact {
  /** A path relative to the root for own files, otherwise the module name. */
  readonly target: string;
  /** Erased by the compiler: nothing is loaded. */
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is asked for, not at the start. */
  readonly isLazy?: true;
  readonly names: readonly string[];
}

export interface SourceFacts {
  /** Relative to the root, `/` between segments. */
  readonly path: string;
  readonly imports: readonly ImportFact[];
  /** `process.exit`, `Date.now`, `new Date()`, `console`, `fetch`, ...: what reaches out of the language. */
  readonly uses: ReadonlySet<string>;
}

/** Globals that touch the world, the clock or chance, when they are named at all. */
const GLOBALS = new Set([
  "console",
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "performance",
  "process",
]);

/** Every TypeScript file below these folders, as the compiler's own parser reads it. */
export function readSources(folders: readonly string[]): ReadonlyMap<string, SourceFacts> {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => `${folder}/${name.split(sep).join("/")}`),
  );
  return new Map(paths.map((path) => [path, readSource(path)]));
}

function readSource(path: string): SourceFacts {
  const text = readFileSync(join(ROOT, path), "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports: ImportFact[] = [];
  const uses = new Set<string>();
  const visit = (node: ts.Node): void => {
    const found = importOf(node, path);
    if (found !== undefined) imports.push(found);
    for (const use of usesOf(node)) uses.add(use);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, imports, uses };
}

function importOf(node: ts.Node, path: string): ImportFact | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const clause = node.importClause;
    const named = clause?.namedBindings;
    const elements = named !== undefined && ts.isNamedImports(named) ? [...named.elements] : [];
    const everyNameIsType =
      elements.length > 0 && clause?.name === undefined && elements.every(({ isTypeOnly }) => isTypeOnly);
    return {
      target: resolve(node.moduleSpecifier.text, path),
      typeOnly: clause?.phaseModifier === ts.SyntaxKind.TypeKeyword || everyNameIsType,
      names: elements
        .filter(({ isTypeOnly }) => !isTypeOnly)
        .map(({ propertyName, name }) => (propertyName ?? name).text),
    };
  }
  if (
    ts.isExportDeclaration(node) &&
    node.moduleSpecifier !== undefined &&
    ts.isStringLiteral(node.moduleSpecifier)
  ) {
    return { target: resolve(node.moduleSpecifier.text, path), typeOnly: node.isTypeOnly, names: [] };
  }
  return dynamicImportOf(node, path);
}

/** `import(...)`, and `new URL("./worker.ts", import.meta.url)`, which loads a file just as well. */
function dynamicImportOf(node: ts.Node, path: string): ImportFact | undefined {
  const isImport = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  const isUrl = ts.isNewExpression(node) && node.expression.getText() === "URL";
  if (!isImport && !isUrl) return undefined;
  const [target] = node.arguments ?? [];
  if (target !== undefined && ts.isStringLiteralLike(target)) {
    if (isUrl && !target.text.endsWith(".ts")) return undefined;
    return {
      target: resolve(target.text, path),
      typeOnly: false,
      names: [],
      ...(isImport ? { isLazy: true } : {}),
    };
  }
  return isImport ? { target: "a computed import", typeOnly: false, names: [] } : undefined;
}

function resolve(specifier: string, from: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return relative(ROOT, join(ROOT, dirname(from), specifier))
    .split(sep)
    .join("/");
}

function usesOf(node: ts.Node): readonly string[] {
  if (
    ts.isNewExpression(node) &&
    node.expression.getText() === "Date" &&
    (node.arguments?.length ?? 0) === 0
  ) {
    return ["new Date()"];
  }
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const text = `${node.expression.text}.${node.name.text}`;
    if (
      ["Date.now", "Math.random", "process.exit", "process.env", "process.stdout", "process.stderr"].includes(
        text,
      )
    ) {
      return [text];
    }
  }
  return ts.isIdentifier(node) && GLOBALS.has(node.text) && isGlobalUse(node) ? [node.text] : [];
}

/** Not the name of a member, a property or a declaration of one's own. */
function isGlobalUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent)) {
    return parent.name !== node;
  }
  return !ts.isImportSpecifier(parent) && !ts.isParameter(parent) && !ts.isVariableDeclaration(parent);
}

/**
 * Everything that is loaded when these files are: own files by path, the rest by name.
 * @param atOnce Only what is loaded at the start, without `import()`.
 */
export function loadedBy(
  starts: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
  atOnce = false,
): { readonly files: ReadonlySet<string>; readonly modules: ReadonlySet<string> } {
  const files = new Set<string>();
  const modules = new Set<string>();
  const queue = [...starts];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (files.has(path)) continue;
    const source = sources.get(path);
    if (source === undefined) {
      modules.add(path);
      continue;
    }
    files.add(path);
    const loaded = source.imports.filter(({ typeOnly, isLazy }) => !typeOnly && !(atOnce && isLazy === true));
    queue.push(...loaded.map(({ target }) => target));
  }
  return { files, modules };
}

import type { SpdxDocument } from "../model/documents.ts";
import { contentDigest } from "./content-digest.ts";
import type { JsonObject } from "./json.ts";
import { NOASSERTION } from "./spdx-unstated.ts";

/** `Organization: Acme (sbom@acme.example)`, as SPDX 2.3 writes people, organisations and tools (6.8). */
const AGENT = /^(Organization|Person|Tool|SoftwareAgent): (.*?)(?: \(([^()]*)\))?$/u;

/** An element without its namespace and creation information. */
export interface Spdx3Part extends JsonObject {
  readonly id: string;
}

/** Without an organisation or person, the tool alone is the author: SPDX 3 demands one. */
export function authorsOf({ creators }: Pick<SpdxDocument, "creators">): readonly string[] {
  const authors = creators.filter((creator) => !isTool(creator));
  if (authors.length > 0) return authors;
  const [tool = "Tool: "] = creators;
  return [tool.replace(/^Tool/, "SoftwareAgent")];
}

export function isTool(creator: string): boolean {
  return creator.startsWith("Tool: ");
}

/** Everybody that the document names, each once. */
export function agentsOf(document: SpdxDocument): readonly Spdx3Part[] {
  const suppliers = document.packages.map(({ supplier }) => supplier).filter((text) => text !== NOASSERTION);
  const tools = document.creators.filter(isTool);
  return [...new Set([...authorsOf(document), ...tools, ...suppliers])].map(agent);
}

export function agentId(text: string): string {
  return `Agent/${contentDigest(text).slice(0, 16)}`;
}

function agent(text: string): Spdx3Part {
  const [, type = "Agent", name = text, contact = ""] = AGENT.exec(text) ?? [];
  const externalIdentifier = contactIdentifiers(contact);
  return {
    id: agentId(text),
    type,
    name,
    ...(externalIdentifier.length === 0 ? {} : { externalIdentifier }),
  };
}

function contactIdentifiers(contact: string): readonly JsonObject[] {
  const type = /^https?:\/\//.test(contact) ? "urlScheme" : contact.includes("@") ? "email" : undefined;
  return type === undefined
    ? []
    : [{ type: "ExternalIdentifier", externalIdentifierType: type, identifier: contact }];
}
